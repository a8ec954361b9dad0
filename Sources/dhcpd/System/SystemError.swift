import Glibc

/// A system call that failed.
struct SystemError: Error {
    /// Name of the call.
    let call: StaticString
    /// `errno` after it.
    let code: Int32

    /// The failure of the last call.
    init(_ call: StaticString) { self.init(call, code: errno) }

    init(_ call: StaticString, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The text of the error number: `%m`.
    var message: String { errorText(code) }
}

/// `%m` for an error number.
func errorText(_ code: Int32) -> String {
    // glibc gives a constant, or a buffer of this thread; it is copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

/// Calls again while a signal interrupts; throws when the result is -1.
@discardableResult
func check<Result: BinaryInteger>(
    _ call: StaticString, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw SystemError(call) }
    }
}
