//! Jobs: a backup as the steps that lead to it, the JCL that asks for them, and the run of them.

pub mod jcl;
pub mod plan;
pub mod run;
