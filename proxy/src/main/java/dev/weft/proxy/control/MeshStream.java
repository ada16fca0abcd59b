package dev.weft.proxy.control;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** One Watch stream, from its opening to its end. Belongs to the event loop. */
public final class MeshStream implements GrpcStream.Listener {
    /** Gets what arrives, on the event loop. */
    public interface Listener {
        /** Called when the control plane has proven its identity; requests may be sent. */
        void onOpen(MeshStream stream);

        /** Called for each response, which must be acknowledged or refused. */
        void onResponse(MeshStream stream, WatchResponse response);

        /** Called when the stream ended or never came up: once, and last; not after {@link MeshStream#close}. */
        void onEnd(MeshStream stream, RpcException failure);
    }

    private final EventLoop loop;
    private final Listener listener;
    private @Nullable GrpcStream call;
    private @Nullable Http2Connection connection;
    private boolean closed;

    MeshStream(EventLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Sends a request; does nothing if the stream is not open. */
    public void send(WatchRequest request) {
        if (call != null && !closed) {
            call.send(request, false);
        }
    }

    /** Ends the stream; the listener is not called any more. */
    public void close() {
        if (!loop.inEventLoop()) {
            loop.execute(this::close);
        } else if (!closed) {
            closed = true;
            disconnect();
        }
    }

    boolean isClosed() {
        return closed;
    }

    void opened(GrpcStream stream, Http2Connection carrier) {
        call = stream;
        connection = carrier;
        listener.onOpen(this);
    }

    void ended(Throwable failure) {
        if (!closed) {
            closed = true;
            disconnect();
            listener.onEnd(
                    this,
                    failure instanceof RpcException rpc
                            ? rpc
                            : new RpcException(RpcException.Code.UNAVAILABLE, String.valueOf(failure), failure));
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close(ErrorCode.NO_ERROR);
        }
    }

    @Override
    public void onMessage(byte[] message) {
        if (closed) {
            return;
        }
        try {
            listener.onResponse(this, WatchResponse.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            ended(new RpcException(RpcException.Code.INTERNAL, "a response is malformed: " + e.getMessage(), e));
        }
    }

    @Override
    public void onEnd(RpcException end) {
        ended(end);
    }
}
