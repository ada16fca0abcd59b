package dev.weft.control.refusal;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.Immutable;
import io.grpc.Status;

/**
 * Why calls are refused.
 *
 * @param code stable, {@code WEFT-} and a letter and three digits, with a line in {@code docs/errors.md}
 * @param status what clients of gRPC go by
 * @param lasts whether the same request is refused again, however long its sender waits
 */
@Immutable
public record Reason(String code, Status.Code status, boolean lasts) {

    public Reason {
        requireNonNull(code, "code");
        requireNonNull(status, "status");
    }

    /** A reason that may pass. */
    public static Reason of(String code, Status.Code status) {
        return new Reason(code, status, false);
    }

    /** A reason that stays. */
    public static Reason lasting(String code, Status.Code status) {
        return new Reason(code, status, true);
    }

    /** The same with another status. */
    public Reason as(Status.Code other) {
        return new Reason(code, other, lasts);
    }
}
