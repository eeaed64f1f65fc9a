//! Jobs: a backup as the steps that lead to it, and as the JCL that asks for the same.

pub mod jcl;
pub mod plan;
