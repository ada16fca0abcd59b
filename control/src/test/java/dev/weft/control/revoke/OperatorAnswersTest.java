package dev.weft.control.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.registry.FullException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OperatorAnswersTest {

    @Test
    void c036SaysThatTheRegistryIsFull() {
        List<Throwable> errors = new ArrayList<>();
        StreamObserver<String> caller = new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                throw new AssertionError(value);
            }

            @Override
            public void onError(Throwable error) {
                errors.add(error);
            }

            @Override
            public void onCompleted() {
                throw new AssertionError("completed");
            }
        };

        OperatorAnswers.answer(caller, () -> {
            throw new FullException("they would take too much");
        });

        assertThat(errors).singleElement().satisfies(error -> {
            assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(error)
                    .hasMessageContaining("WEFT-C036: they would take too much; take some revocations back, or give"
                            + " shorter reasons");
        });
    }
}
