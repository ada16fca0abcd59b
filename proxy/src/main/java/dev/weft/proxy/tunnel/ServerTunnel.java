package dev.weft.proxy.tunnel;

import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;

/** A tunnel that another sidecar opened. */
final class ServerTunnel extends Tunnel {
    ServerTunnel(Sidecar sidecar, PeerProof proof, Channel channel) {
        super(sidecar, proof, channel, Http2Connection::server);
    }

    void start() {
        start("server");
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        InboundStream session = new InboundStream(sidecar, this, stream);
        session.request(headers, endStream);
        return session;
    }

    void drain() {
        connection.goAway();
    }

    PeerProof proof() {
        return proof;
    }

    InetSocketAddress peerAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }
}
