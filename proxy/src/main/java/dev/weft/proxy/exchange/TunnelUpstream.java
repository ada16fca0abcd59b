package dev.weft.proxy.exchange;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A session in a CONNECT stream of a tunnel. Written data leaves with the CONNECT; the answer comes later. */
final class TunnelUpstream extends Upstream implements StreamListener {
    private final TunnelPool tunnels;
    private final SpiffeId identity;
    private final EventLoop loop;
    private @Nullable ClientTunnel tunnel;
    private @Nullable Http2Stream stream;
    private boolean answered;
    private boolean outputEnded;
    private int owed;

    TunnelUpstream(Route.Endpoint endpoint, SpiffeId identity, TunnelPool tunnels, EventLoop loop) {
        super(endpoint);
        this.identity = identity;
        this.tunnels = tunnels;
        this.loop = loop;
    }

    @Override
    void start() {
        InetSocketAddress application = endpoint.address();
        tunnels.acquire(
                new InetSocketAddress(application.getAddress(), endpoint.tunnelPort()),
                identity,
                new TunnelPool.Waiter() {
                    @Override
                    public void opened(ClientTunnel found) {
                        if (!isOver()) {
                            connect(found, application);
                        }
                    }

                    @Override
                    public void failed(Refusal refusal) {
                        wasBroken(refusal, true);
                    }
                });
    }

    private void connect(ClientTunnel found, InetSocketAddress application) {
        tunnel = found;
        Http2Headers headers = new DefaultHttp2Headers().method("CONNECT").authority(HostPort.text(application));
        stream = found.open(headers, this);
        becameReady();
    }

    /** Returns the tunnel; null before there is one. */
    @Nullable
    ClientTunnel tunnel() {
        return tunnel;
    }

    @Override
    boolean lasts() {
        return answered && !outputEnded && !isOver() && tunnel != null && tunnel.lasting();
    }

    /** Null: an endpoint with a tunnel is in the mesh. */
    @Override
    @Nullable
    Refusal egress() {
        return null;
    }

    @Override
    void write(ByteBuf data) {
        if (stream == null || outputEnded) {
            data.release();
        } else {
            stream.sendData(data, false);
        }
    }

    @Override
    boolean writable() {
        return stream != null && stream.isWritable();
    }

    @Override
    long queued() {
        return stream == null ? 0 : stream.held();
    }

    @Override
    boolean isClosed() {
        return stream == null || stream.closed();
    }

    @Override
    void finish() {
        if (stream != null && !outputEnded) {
            outputEnded = true;
            stream.sendData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    void resume() {
        if (owed > 0 && stream != null && takes()) {
            int bytes = owed;
            owed = 0;
            stream.consume(bytes);
        }
    }

    @Override
    void reset() {
        if (stream != null) {
            stream.reset(ErrorCode.CANCEL);
        }
    }

    @Override
    void end() {
        finish();
        resume();
        if (!isClosed()) {
            linger(loop);
        }
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        String status = headers.status() == null ? "" : headers.status().toString();
        if (!answered && !status.startsWith("1")) {
            answered = true;
            if (!status.equals("200")) {
                reset();
                wasBroken(RouteRefusals.bySidecar(status, headers), true);
                return;
            }
            wasOpened();
        }
        if (endStream) {
            inputEnded();
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        owed += data.readableBytes();
        if (answered && !isOver() && data.isReadable()) {
            wasReceived(data);
        } else {
            data.release();
        }
        resume();
        if (endStream && !isOver()) {
            inputEnded();
        }
    }

    @Override
    public void onReset(ErrorCode code) {
        ClientTunnel lost = tunnel;
        Refusal ending = lost == null ? null : lost.ending();
        if (ending != null || lost == null) {
            wasBroken(ending == null ? Refusal.of(Refusal.Code.TUNNEL_LOST, "no tunnel") : ending, false);
            return;
        }
        Refusal vanished = lost.lost();
        if (vanished != null) {
            wasBroken(vanished, false);
            return;
        }
        wasBroken(RouteRefusals.reset(lost, code), !answered && code == ErrorCode.REFUSED_STREAM);
    }

    @Override
    public void onWritable() {
        writableAgain();
    }
}
