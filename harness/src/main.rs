//! The binary `dasdlab`.

/// Judging asks for memory in small pieces all the time; the platform's allocator took a third of the instructions of stories.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    dasdlab_harness::cli::main()
}
