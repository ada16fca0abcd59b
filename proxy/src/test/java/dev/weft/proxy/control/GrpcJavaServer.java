package dev.weft.proxy.control;

import dev.weft.identity.svid.X509Svid;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The reference implementation of gRPC, as a control plane. */
final class GrpcJavaServer implements AutoCloseable {
    private final Server server;

    GrpcJavaServer(X509Svid svid, List<BindableService> services) throws IOException {
        SslContextBuilder tls = SslContextBuilder.forServer(
                        svid.key(), svid.chain().toArray(X509Certificate[]::new))
                .protocols("TLSv1.3");
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .permitKeepAliveTime(1, TimeUnit.MILLISECONDS)
                .sslContext(GrpcSslContexts.configure(tls, SslProvider.OPENSSL).build());
        services.forEach(builder::addService);
        server = builder.build().start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
