//! Runs code that may panic and keeps the message, without a trace on the terminal.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Installs, once, a hook that keeps the message of a panic that is being caught and leaves every other to the hook
/// that was there before.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                MESSAGE.set(info.to_string());
            } else {
                before(info);
            }
        }));
    });
}

/// What `code` returns, or the message and place of its panic.
///
/// # Errors
/// The panic's message.
pub fn catch<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    install();
    let outer = CATCHING.replace(true);
    // The caller hands over only shared data that is read, and throws away what a panic left behind.
    let result = panic::catch_unwind(AssertUnwindSafe(code));
    CATCHING.set(outer);
    result.map_err(|_| MESSAGE.take())
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn a_panic_is_kept_as_a_message_and_work_goes_on() {
        let message = catch(|| panic!("index 7 of 3")).unwrap_err();
        assert!(message.contains("index 7 of 3") && message.contains("panics.rs"), "{message}");
        assert_eq!(catch(|| 3), Ok(3));
    }
}
