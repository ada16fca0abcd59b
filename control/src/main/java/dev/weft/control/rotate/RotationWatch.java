package dev.weft.control.rotate;

import dev.weft.api.v1.RotationStatus;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The call of an operator who follows the rotation: sends the status at each change, until the rotation is finished.
 */
final class RotationWatch {

    /** Interval between two looks at the status. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Rotations rotations;
    private final ServerCallStreamObserver<RotationStatus> responses;
    private volatile boolean gone;

    RotationWatch(Rotations rotations, ServerCallStreamObserver<RotationStatus> responses) {
        this.rotations = rotations;
        this.responses = responses;
    }

    void begin() {
        responses.setOnCancelHandler(() -> gone = true);
        var _ = Thread.ofVirtual().name("rotation-watch").start(this::sendStatus);
    }

    private void sendStatus() {
        Optional<RotationStatus> sent = Optional.empty();
        while (!gone) {
            Optional<RotationStatus> status = rotations.status();
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
            if (rotations.closed()) {
                responses.onError(Status.UNAVAILABLE
                        .withDescription("the control plane stops; the rotation continues when it is back")
                        .asRuntimeException());
                return;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
