package dev.weft.proxy.limit;

/** The process has no file descriptor for this. */
public final class NoDescriptorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoDescriptorException(String message) {
        super(message, null, false, false); // one for each connection that is refused: no stack
    }
}
