//! The binary `dasdlab`.

fn main() -> std::process::ExitCode {
    dasdlab_harness::cli::main()
}
