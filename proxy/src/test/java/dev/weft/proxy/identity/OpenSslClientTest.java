package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.keys.Pem;
import dev.weft.identity.svid.X509Svid;
import dev.weft.testing.Programs;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tunnel's TLS looks like to another implementation. */
class OpenSslClientTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> handshakes = new LinkedBlockingQueue<>();
    private FakeControlPlane authority;
    private Credentials credentials;
    private Channel listener;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        authority = new FakeControlPlane(group);
        credentials = authority.credentials(FakeControlPlane.ID);
        write(authority.svid(FakeControlPlane.WORKLOAD));
        Files.writeString(directory.resolve("anchors.pem"), Pem.encodeCertificates(List.of(authority.anchor())));
        listener = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(credentials.server().newHandler(channel.alloc()), new Greeter());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    @AfterEach
    void stop() throws Exception {
        listener.close().sync();
        authority.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void agreesOnTheHybridGroupAndH2AndGivesNoTicket() throws Exception {
        String said = connect("-cert", "leaf.pem", "-cert_chain", "issuers.pem", "-key", "key.pem", "-tls1_3");
        assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(said)
                .contains("New, TLSv1.3")
                .contains("ALPN protocol: h2")
                .contains("Verify return code: 0 (ok)")
                .containsPattern("Negotiated TLS1.3 group: X25519MLKEM768")
                .contains("hello")
                .doesNotContain("New Session Ticket")
                .doesNotContain("TLS session ticket");
    }

    @Test
    void agreesOnAClassicGroupWithAClientThatHasNoOther() throws Exception {
        String said = connect("-cert", "leaf.pem", "-cert_chain", "issuers.pem", "-key", "key.pem", "-groups", "P-256");
        assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(said).contains("hello");
    }

    @Test
    void refusesTls12() throws Exception {
        String said = connect("-cert", "leaf.pem", "-cert_chain", "issuers.pem", "-key", "key.pem", "-tls1_2");
        assertThat(said).contains("alert protocol version").doesNotContain("hello");
        assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isNotEqualTo("done");
    }

    @Test
    void refusesAClientWithoutACertificate() throws Exception {
        String said = connect("-tls1_3");
        assertThat(said).contains("alert certificate required").doesNotContain("hello");
        assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isNotEqualTo("done");
    }

    @Test
    void refusesAClientOfAnotherAuthority() throws Exception {
        try (FakeControlPlane other = new FakeControlPlane(group)) {
            write(other.svid(FakeControlPlane.WORKLOAD));
            String said = connect("-cert", "leaf.pem", "-cert_chain", "issuers.pem", "-key", "key.pem", "-tls1_3");
            assertThat(said).contains("alert unknown ca").doesNotContain("hello");
            assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isNotEqualTo("done");
        }
    }

    @Test
    void tellsAClientWhoseCertificateHasEndedThatItHas() throws Exception {
        Instant past = Instant.now().minus(Duration.ofHours(2));
        write(authority.svid(FakeControlPlane.WORKLOAD, past, Duration.ofHours(1)));
        String said = connect("-cert", "leaf.pem", "-cert_chain", "issuers.pem", "-key", "key.pem", "-tls1_3");
        assertThat(said).contains("alert certificate expired").doesNotContain("hello");
        assertThat(handshakes.poll(30, TimeUnit.SECONDS)).isNotEqualTo("done");
    }

    private void write(X509Svid client) throws IOException {
        List<X509Certificate> chain = client.chain();
        Files.writeString(directory.resolve("leaf.pem"), Pem.encodeCertificates(chain.subList(0, 1)));
        Files.writeString(directory.resolve("issuers.pem"), Pem.encodeCertificates(chain.subList(1, chain.size())));
        Files.writeString(directory.resolve("key.pem"), Pem.encodePrivateKey(client.key()));
    }

    /** Runs s_client until the server has closed; returns what it says. */
    private String connect(String... options) throws IOException, InterruptedException {
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-alpn",
                "h2",
                "-CAfile",
                "anchors.pem",
                "-ign_eof"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        return Programs.output(process);
    }

    /** Says hello once the handshake is done, and closes. */
    private final class Greeter extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                handshakes.add(handshake.isSuccess() ? "done" : String.valueOf(handshake.cause()));
                if (handshake.isSuccess()) {
                    var _ = ctx.writeAndFlush(Unpooled.copiedBuffer("hello\n", StandardCharsets.US_ASCII));
                }
                var _ = ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
