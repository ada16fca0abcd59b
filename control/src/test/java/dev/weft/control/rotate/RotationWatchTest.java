package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RotationStatus;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RotationWatchTest {

    @Test
    void aFailureEndsTheCall() throws Exception {
        Call call = new Call();
        new RotationWatch(
                        () -> {
                            throw new IllegalStateException("damaged");
                        },
                        () -> false,
                        call)
                .begin();
        assertThat(Status.fromThrowable(call.failed.get(30, TimeUnit.SECONDS)).getCode())
                .isEqualTo(Status.Code.INTERNAL);
    }

    private static final class Call extends ServerCallStreamObserver<RotationStatus> {

        private final CompletableFuture<Throwable> failed = new CompletableFuture<>();

        @Override
        public void onError(Throwable error) {
            failed.complete(error);
        }

        @Override
        public void onNext(RotationStatus status) {}

        @Override
        public void onCompleted() {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
