package dev.weft.proxy.outbound;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.StreamEnd;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to carry a session through a tunnel. CONNECT and the first bytes leave together; the answer comes later.
 */
final class OutboundStream implements StreamListener {
    private final ByteCarrier carrier;
    private final Relay relay;
    private final ClientTunnel tunnel;
    private final OpenRequest health;
    private final long startedNanos;
    private @Nullable Http2Stream stream;
    private @Nullable StreamEnd far;
    private boolean answered;
    private boolean ended;

    OutboundStream(ByteCarrier carrier, Relay relay, ClientTunnel tunnel, OpenRequest health, long startedNanos) {
        this.carrier = carrier;
        this.relay = relay;
        this.tunnel = tunnel;
        this.health = health;
        this.startedNanos = startedNanos;
    }

    void open(InetSocketAddress authority) {
        Http2Headers headers = new DefaultHttp2Headers().method("CONNECT").authority(HostPort.text(authority));
        stream = tunnel.open(headers, this);
        far = relay.farStream(stream, tunnel.batch());
        relay.start();
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        if (answered) {
            if (endStream) {
                onData(Unpooled.EMPTY_BUFFER, true);
            }
            return;
        }
        String status = headers.status() == null ? "" : headers.status().toString();
        if (status.startsWith("1")) {
            return; // an interim response
        }
        answered = true;
        if (status.equals("200")) {
            health.admitted(System.nanoTime() - startedNanos, System.nanoTime());
            relay.session().decided("allow", "");
            relay.established();
            if (stream != null) {
                carrier.accepted(stream);
            }
            if (endStream) {
                onData(Unpooled.EMPTY_BUFFER, true);
            }
        } else {
            refused(status, headers);
        }
    }

    private void refused(String status, Http2Headers headers) {
        Refusal refusal = RouteRefusals.bySidecar(status, headers);
        relay.session().decided("deny", "");
        giveUp(refusal, refusal.worthRetrying());
    }

    /**
     * Ends the attempt. With {@code retry}, nothing has reached an application, and the session goes to another
     * endpoint.
     */
    private void giveUp(Refusal refusal, boolean retry) {
        ended = true;
        if (relay.over()) {
            return;
        }
        if (retry) {
            health.failed(System.nanoTime());
            relay.detach();
            if (stream != null) {
                stream.reset(ErrorCode.CANCEL);
            }
            carrier.attempt(refusal);
        } else {
            relay.abort(refusal);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        if (!answered || ended || far == null) {
            int bytes = data.readableBytes();
            data.release();
            if (stream != null) {
                stream.consume(bytes);
            }
            return;
        }
        far.data(data, endStream);
    }

    @Override
    public void onReset(ErrorCode code) {
        if (ended) {
            return;
        }
        Refusal ending = tunnel.ending();
        if (ending != null) {
            giveUp(ending, false);
            return;
        }
        Refusal lost = tunnel.lost();
        if (lost != null) {
            health.failed(System.nanoTime());
            giveUp(lost, !answered && relay.nothingSent());
            return;
        }
        boolean refusedUnseen = code == ErrorCode.REFUSED_STREAM;
        giveUp(RouteRefusals.reset(tunnel, code), !answered && (refusedUnseen || relay.nothingSent()));
    }

    @Override
    public void onWritable() {
        if (far != null && !ended) {
            far.writableAgain();
        }
    }
}
