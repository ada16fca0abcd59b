package dev.weft.control.rotate;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call of an operator who follows the rotation: sends the status at each change, until the rotation is finished.
 */
final class RotationWatch {

    /** Interval between two looks at the status. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(RotationWatch.class);

    private final Supplier<Optional<RotationStatus>> present;
    private final BooleanSupplier stops;
    private final ServerCallStreamObserver<RotationStatus> responses;
    private volatile boolean gone;

    /**
     * @param present returns the present status; empty if there has been no rotation
     * @param stops whether the control plane stops
     */
    RotationWatch(
            Supplier<Optional<RotationStatus>> present,
            BooleanSupplier stops,
            ServerCallStreamObserver<RotationStatus> responses) {
        this.present = present;
        this.stops = stops;
        this.responses = responses;
    }

    void begin() {
        responses.setOnCancelHandler(() -> gone = true);
        var _ = Thread.ofVirtual().name("rotation-watch").start(this::sendStatus);
    }

    private void sendStatus() {
        try {
            sendUntilFinished();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the status of the rotation cannot be sent");
            responses.onError(Status.INTERNAL
                    .withDescription("the control plane failed, and its log says why; the rotation goes on")
                    .asRuntimeException());
        }
    }

    private void sendUntilFinished() {
        Optional<RotationStatus> sent = Optional.empty();
        while (!gone) {
            Optional<RotationStatus> status = present.get();
            if (status.isEmpty()) {
                responses.onError(new RefusedException(RotationRefusals.NO_ROTATION, "there has been no rotation"));
                return;
            }
            if (!status.equals(sent) && responses.isReady()) {
                responses.onNext(status.get());
                sent = status;
            }
            if (status.get().getFinished() && status.equals(sent)) {
                responses.onCompleted();
                return;
            }
            if (stops.getAsBoolean()) {
                responses.onError(Status.UNAVAILABLE
                        .withDescription("the control plane stops; the rotation continues when it is back")
                        .asRuntimeException());
                return;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
