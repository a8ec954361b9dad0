import Glibc

/// What a thread of its own does; it belongs to that thread from the start on.
class ThreadBody {
    func run() {}

    /// Starts the thread, which nobody waits for.
    final func start() throws(SystemError) {
        var thread = pthread_t()
        let raw = unsafe Unmanaged.passRetained(self).toOpaque()
        // The body is retained here and released by the thread; the default attributes serve.
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, raw)
        if code != 0 {
            // No thread has taken it.
            unsafe Unmanaged<ThreadBody>.fromOpaque(raw).release()
            throw SystemError("pthread_create", code: code)
        }
        _ = pthread_detach(thread)
    }
}
