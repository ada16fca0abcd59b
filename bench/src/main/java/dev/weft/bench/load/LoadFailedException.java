package dev.weft.bench.load;

/** The load generator could not do what it was told; the message is its reason. */
public final class LoadFailedException extends RuntimeException {
    LoadFailedException(String message) {
        super(message);
    }
}
