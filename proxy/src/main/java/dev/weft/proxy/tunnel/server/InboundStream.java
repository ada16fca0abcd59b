package dev.weft.proxy.tunnel.server;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.admission.Admission;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.StreamEnd;
import dev.weft.proxy.sidecar.Dialer;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.proof.PeerProof;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One CONNECT request of a peer: judged, then carried to the application. Belongs to the tunnel's event loop. */
final class InboundStream implements StreamListener, Session.Owner {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    /** What the peer was answered. */
    private enum Response {
        NONE,
        ACCEPTED,
        REFUSED
    }

    private final Sidecar sidecar;
    private final ServerTunnel tunnel;
    private final Http2Stream stream;
    private @Nullable Admission admission;
    private @Nullable Relay relay;
    private @Nullable StreamEnd far;
    private Response response = Response.NONE;

    InboundStream(Sidecar sidecar, ServerTunnel tunnel, Http2Stream stream) {
        this.sidecar = sidecar;
        this.tunnel = tunnel;
        this.stream = stream;
    }

    void request(Http2Headers headers, boolean endStream) {
        InetSocketAddress destination = destination(headers);
        Refusal again = tunnel.refusalAgain(destination == null ? NOWHERE : destination);
        if (again != null) {
            response = Response.REFUSED;
            answer(again);
            tunnel.refusedAgain();
            return;
        }
        Session session = sidecar.registry()
                .open(
                        tunnel.loop(),
                        Session.Direction.INBOUND,
                        tunnel.peerAddress(),
                        destination == null ? NOWHERE : destination,
                        this);
        PeerProof proof = tunnel.proof();
        session.secured(proof.local(), proof.peer(), tunnel.id(), proof.tls());
        admission = new Admission(session, sidecar, _ -> tunnel.calm());
        relay = new Relay(session);
        far = relay.farStream(stream, tunnel.batch());
        Refusal refusal = destination == null
                ? Refusal.of(
                        Refusal.Code.BAD_REQUEST_LINE,
                        headers.method() + " " + headers.authority() + " (expected: CONNECT to a numeric ip:port)")
                : admit(session);
        if (refusal != null) {
            close(session, refusal);
            return;
        }
        if (endStream) {
            far.data(Unpooled.EMPTY_BUFFER, true);
        }
        admission.carry(relay, proof.peer());
        connect(session, relay);
    }

    /**
     * Returns the destination of a CONNECT; null if the request is malformed. CONNECT has an authority, and neither
     * scheme nor path (RFC 9113 section 8.5). Weft requires a numeric authority.
     */
    static @Nullable InetSocketAddress destination(Http2Headers headers) {
        if (headers.method() == null
                || !"CONNECT".contentEquals(headers.method())
                || headers.scheme() != null
                || headers.path() != null
                || headers.authority() == null) {
            return null;
        }
        try {
            InetSocketAddress address = HostPort.literal(headers.authority().toString());
            return address.getPort() == 0 ? null : address;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public @Nullable Refusal check(Session session) {
        Refusal refusal = tunnel.check();
        return refusal != null ? refusal : admission().decide(tunnel.proof().peer());
    }

    private Admission admission() {
        return Objects.requireNonNull(admission, "admission");
    }

    private @Nullable Refusal admit(Session session) {
        Refusal refusal = check(session);
        return refusal != null ? refusal : sidecar.tooManySessions(session);
    }

    private void connect(Session session, Relay bytes) {
        sidecar.dialer()
                .application(
                        tunnel.loop(),
                        Descriptors.Use.SESSION,
                        session.destination(),
                        bytes.nearTcp(),
                        new Dialer.Caller() {
                            @Override
                            public boolean over() {
                                return bytes.over();
                            }

                            @Override
                            public void connected(Channel channel) {
                                accept(bytes);
                            }

                            @Override
                            public void failed(Refusal refusal) {
                                close(session, refusal);
                            }
                        });
    }

    private void accept(Relay bytes) {
        response = Response.ACCEPTED;
        Http2Headers head = new DefaultHttp2Headers().status("200");
        if (far != null && far.early()) {
            stream.sendHeadersAhead(head);
        } else {
            stream.sendHeaders(head, false);
        }
        bytes.established();
        bytes.start();
    }

    /**
     * Closes the session. Before the response, the refusal is the response. After it, the stream is reset, because no
     * other answer is possible any more.
     */
    @Override
    public void close(Session session, Refusal refusal) {
        switch (response) {
            case REFUSED -> {}
            case ACCEPTED -> Objects.requireNonNull(relay, "relay").abort(refusal);
            case NONE -> {
                response = Response.REFUSED;
                answer(refusal);
                Objects.requireNonNull(relay, "relay").refuse(refusal);
                tunnel.refused(session.destination(), refusal);
            }
        }
    }

    @Override
    public void drain() {
        if (admission != null) {
            admission.drain();
        }
    }

    private void answer(Refusal refusal) {
        Refusal said = sidecar.requests().told(refusal);
        stream.sendHeaders(
                new DefaultHttp2Headers()
                        .status(Integer.toString(said.status()))
                        .add("weft-code", said.code())
                        .add("weft-reason", said.reason()),
                true);
    }

    /** Trailers: a session carries octets and nothing else, so only their end of the stream counts. */
    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        if (endStream) {
            onData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        if (far == null || response == Response.REFUSED) {
            int bytes = data.readableBytes();
            data.release();
            stream.consume(bytes);
            return;
        }
        far.data(data, endStream);
    }

    @Override
    public void onReconnect() {
        if (relay != null) {
            relay.leave();
        }
    }

    @Override
    public void onReset(ErrorCode code) {
        if (far != null && response != Response.REFUSED) {
            Refusal ending = tunnel.ending();
            far.reset(
                    ending != null ? ending : Refusal.of(Refusal.Code.BROKEN, "the caller reset the session: " + code));
        }
    }

    @Override
    public void onWritable() {
        if (far != null && response != Response.REFUSED) {
            far.writableAgain();
        }
    }
}
