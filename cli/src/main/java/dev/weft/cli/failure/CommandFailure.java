package dev.weft.cli.failure;

import dev.weft.api.v1.RefusedCall;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A failure that is printed to the user, without a stack trace. */
public final class CommandFailure extends RuntimeException {

    private static final String WRONG_COMMAND_LINE = "WEFT-L100";

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

    /** Returns a failure with {@link ExitCode#FAILED}; the parameters are those of the constructor. */
    public static CommandFailure failed(String code, String what, String... advice) {
        return new CommandFailure(ExitCode.FAILED, code, what, advice);
    }

    /** Returns a failure with {@link ExitCode#NOT_FOUND}; the parameters are those of the constructor. */
    public static CommandFailure notFound(String code, String what, String... advice) {
        return new CommandFailure(ExitCode.NOT_FOUND, code, what, advice);
    }

    /** Returns a failure with {@link ExitCode#USAGE} and a code of its own; the parameters are those of the constructor. */
    public static CommandFailure misuse(String code, String what, String... advice) {
        return new CommandFailure(ExitCode.USAGE, code, what, advice);
    }

    /** Returns a failure with {@link ExitCode#INVALID_FILE}; the parameters are those of the constructor. */
    public static CommandFailure invalidFile(String code, String what, String... advice) {
        return new CommandFailure(ExitCode.INVALID_FILE, code, what, advice);
    }

    /**
     * Returns a failure with {@link ExitCode#USAGE} and the usual code of a wrong command line, WEFT-L100.
     *
     * @param what what is wrong, in one sentence without a full stop
     * @param advice what the user can do, one line each
     */
    public static CommandFailure usage(String what, String... advice) {
        return new CommandFailure(ExitCode.USAGE, WRONG_COMMAND_LINE, what, advice);
    }

    /**
     * Returns the failure for a refusal by a control plane, or by the command itself in its place.
     *
     * @param status gRPC status, which determines the exit code
     */
    public static CommandFailure of(Status.Code status, RefusedCall refusal) {
        int exit = switch (status) {
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case INVALID_ARGUMENT -> refusal.getCode().equals(WRONG_COMMAND_LINE) ? ExitCode.USAGE : ExitCode.FAILED;
            default -> ExitCode.FAILED;
        };
        String[] advice = refusal.getAdvice().isEmpty() ? new String[0] : new String[] {refusal.getAdvice()};
        return new CommandFailure(exit, refusal.getCode(), refusal.getWhat(), advice);
    }

    /** Returns this failure with one more line of advice. */
    public CommandFailure with(String more) {
        return new CommandFailure(
                exitCode,
                code,
                what,
                Stream.concat(advice.stream(), Stream.of(more)).toArray(String[]::new));
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
