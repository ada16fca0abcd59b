package dev.weft.control.refusal;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.Immutable;
import io.grpc.Status;

/**
 * A kind of refusal of calls.
 *
 * @param code stable code, {@code WEFT-} with a letter and three digits; {@code docs/errors.md} has a line for it
 * @param status gRPC status, which determines how clients react
 * @param lasts whether the same request is refused again, however long its sender waits
 */
@Immutable
public record Reason(String code, Status.Code status, boolean lasts) {

    public Reason {
        requireNonNull(code, "code");
        requireNonNull(status, "status");
    }

    /** Creates a reason that may pass. */
    public static Reason of(String code, Status.Code status) {
        return new Reason(code, status, false);
    }

    /** Creates a reason that does not pass. */
    public static Reason lasting(String code, Status.Code status) {
        return new Reason(code, status, true);
    }

    /** Returns the same reason with another gRPC status. */
    public Reason as(Status.Code other) {
        return new Reason(code, other, lasts);
    }
}
