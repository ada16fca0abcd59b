package dev.weft.cli.failure;

import dev.weft.control.explain.UnansweredException;
import java.util.List;
import java.util.Objects;

/** A failure that is printed to the user, without a stack trace. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String code;
    private final String what;
    private final List<String> advice;

    /**
     * Creates a failure without a stack trace.
     *
     * @param exitCode one of {@link ExitCode}
     * @param code the stable code, such as {@code WEFT-L101}, which {@code docs/errors.md} explains
     * @param what what happened and to which object, in one sentence without a full stop
     * @param advice what the user can do, one line each
     */
    public CommandFailure(int exitCode, String code, String what, String... advice) {
        super(Objects.requireNonNull(what, "what"), null, false, false);
        this.exitCode = exitCode;
        this.code = Objects.requireNonNull(code, "code");
        this.what = what;
        this.advice = List.of(advice);
    }

    /** Turns a question about the objects of a mesh that cannot be answered into a failure. */
    public static CommandFailure of(UnansweredException question) {
        return new CommandFailure(
                question.isMeaningless() ? ExitCode.USAGE : ExitCode.NOT_FOUND,
                question.code(),
                question.what(),
                question.advice());
    }

    public int exitCode() {
        return exitCode;
    }

    public String code() {
        return code;
    }

    public String what() {
        return what;
    }

    public List<String> advice() {
        return advice;
    }
}
