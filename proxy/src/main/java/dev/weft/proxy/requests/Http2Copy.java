package dev.weft.proxy.requests;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.Copy;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CopiedRequest.Result;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A copy of an HTTP/2 request or a gRPC call: a separate stream in a tunnel to the mirror's endpoint. */
final class Http2Copy extends Copy implements StreamListener {
    private final Http2Headers head;
    private @Nullable Http2Headers trailers;
    private @Nullable Http2Stream stream;
    private boolean endedWithHead;

    /** @param head head of the request as the mirror's backend gets it */
    Http2Copy(LoopContext lane, Session session, Backend backend, Http2Headers head, boolean grpc) {
        super(
                lane,
                session,
                backend,
                grpc ? "grpc" : "http/2",
                String.valueOf(head.method()),
                String.valueOf(head.path()));
        this.head = head;
    }

    /** Adds the trailers, which end the request. */
    void trailers(Http2Headers last) {
        trailers = last;
        requestEnded();
    }

    @Override
    protected void go(Route.Endpoint endpoint, SpiffeId identity) {
        KnownTunnel.acquire(lane(), endpoint, identity, new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel tunnel) {
                if (isOver()) {
                    return;
                }
                if (tunnel.takesRequests()) {
                    open(tunnel, endpoint);
                } else {
                    end(Result.FAILED);
                }
            }

            @Override
            public void failed(Refusal refusal) {
                end(Result.FAILED);
            }
        });
    }

    private void open(ClientTunnel tunnel, Route.Endpoint endpoint) {
        endedWithHead = hasRequestEnded() && isWritten() && trailers == null;
        stream = tunnel.open(Fields.toSidecar(head, endpoint.address()), endedWithHead, this);
        goes();
    }

    private Http2Stream current() {
        return Objects.requireNonNull(stream, "stream");
    }

    @Override
    protected void write(ByteBuf data) {
        current().sendData(data, false);
    }

    @Override
    protected void finish() {
        if (trailers != null) {
            current().sendHeaders(trailers, true);
        } else if (!endedWithHead) {
            current().sendData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    protected long queued() {
        return stream == null ? 0 : stream.queued();
    }

    @Override
    protected void drop() {
        if (stream != null) {
            stream.reset(ErrorCode.CANCEL);
        }
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        int status = Http2Head.number(headers.status());
        if (headers.contains(LocalResponse.UNSEEN)) {
            end(Result.FAILED);
        } else if (status >= ForwardedStream.FIRST_FINAL) {
            answers(status);
        }
        endIf(endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        data.release();
        current().consume(bytes);
        endIf(endStream);
    }

    private void endIf(boolean endStream) {
        if (endStream) {
            end(Result.ANSWERED);
        }
    }

    @Override
    public void onReset(ErrorCode code) {
        end(Result.FAILED);
    }

    @Override
    public void onWritable() {
        // the request does not wait for its copy
    }
}
