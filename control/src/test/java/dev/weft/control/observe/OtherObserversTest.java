package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ListEdgesRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said of a replica that cannot be asked. */
final class OtherObserversTest {

    /** Fails each call before it begins. */
    private static final class BrokenChannel extends ManagedChannel {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new UnsupportedOperationException("broken");
        }

        @Override
        public String authority() {
            return "";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void anUnexpectedFailureNamesTheReplica() {
        OtherObservers others =
                new OtherObservers(() -> Map.of("control-1", Optional.<ManagedChannel>of(new BrokenChannel())));
        assertThatThrownBy(() -> others.edges(ListEdgesRequest.getDefaultInstance()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("replica control-1 cannot be asked")
                .hasRootCauseMessage("broken");
    }
}
