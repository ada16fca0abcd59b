package dev.weft.control.gate;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/** Tells a connection when its calls begin and end, and when their requests are complete. */
final class Calls implements ServerInterceptor {

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Connection connection = call.getAttributes().get(ConnectionGate.CONNECTION);
        if (connection == null) {
            return next.startCall(call, headers);
        }
        connection.callBegan();
        Optional<Future<?>> limit = call.getMethodDescriptor().getType() == MethodType.UNARY
                ? Optional.of(connection.limitCall())
                : Optional.empty();
        Runnable ended = () -> {
            limit.ifPresent(timer -> timer.cancel(false));
            connection.callEnded();
        };
        RefusableCall<Q, R> refusable = new RefusableCall<>(call);
        connection.requestBegan(refusable);
        return new SimpleForwardingServerCallListener<>(next.startCall(refusable, headers)) {
            @Override
            public void onHalfClose() {
                connection.requestEnded(refusable);
                super.onHalfClose();
            }

            @Override
            public void onCancel() {
                connection.requestEnded(refusable);
                ended.run();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                connection.requestEnded(refusable);
                ended.run();
                super.onComplete();
            }
        };
    }
}
