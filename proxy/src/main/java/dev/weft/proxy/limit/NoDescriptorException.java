package dev.weft.proxy.limit;

/** Thrown when the process has no file descriptor left for a connection. */
public final class NoDescriptorException extends RuntimeException {
    public NoDescriptorException(String message) {
        super(message, null, false, false); // thrown for each refused connection: no stack trace
    }
}
