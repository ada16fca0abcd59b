package dev.weft.bench.load;

/** Thrown if the load generator could not execute a command. The message is its reason. */
public final class LoadFailedException extends RuntimeException {
    LoadFailedException(String message) {
        super(message);
    }
}
