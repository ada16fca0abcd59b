package dev.weft.cli.failure;

/** The exit codes of {@code weft}; {@code weft exec} ends with the code of the command it ran. */
public final class ExitCode {

    public static final int OK = 0;
    /** The command tried and failed, or the answer to its question is no. */
    public static final int FAILED = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** There is no such mesh or workload. */
    public static final int NOT_FOUND = 3;
    /** The mesh file has errors. */
    public static final int INVALID_FILE = 4;
    /** Interrupted (128 + SIGINT). */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
