package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.trust.TrustBundles;
import dev.weft.testing.Programs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** In a JVM of its own: the reduction holds for a whole process. */
class SecurityProvidersTest {

    @Test
    void aSidecarsTlsWorksWithoutTheJdksAndDoesNotLoadIt() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:class+load",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reduced.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = Programs.output(process);
        assertThat(printed)
                .contains("providers [SUN, SunRsaSign, SunEC, SunJCE, WeftNoJdkTls]")
                .contains("secured true");
        assertThat(printed).contains("io.netty.internal.tcnative.SSL ");
        assertThat(printed).doesNotContain("sun.security.ssl.SSLContextImpl ").doesNotContain("PKCS12KeyStore ");
    }

    /** A handshake with both certificates. */
    static final class Reduced {
        public static void main(String[] arguments) throws Exception {
            SecurityProviders.reduce();
            TestCredentials authority = new TestCredentials("cluster.local", Clock.systemUTC());
            TrustBundles trusted = TrustBundles.of(authority.bundle());
            SslHandler client = authority
                    .issue("web", Duration.ofHours(1), trusted)
                    .client()
                    .newHandler(UnpooledByteBufAllocator.DEFAULT);
            SslHandler server = authority
                    .issue("api", Duration.ofHours(1), trusted)
                    .server()
                    .newHandler(UnpooledByteBufAllocator.DEFAULT);
            EmbeddedChannel a = new EmbeddedChannel(client);
            EmbeddedChannel b = new EmbeddedChannel(server);
            boolean moved;
            do {
                moved = move(a, b);
                moved |= move(b, a);
            } while (moved);
            boolean secured = client.handshakeFuture().isSuccess()
                    && server.handshakeFuture().isSuccess()
                    && server.engine().getSession().getPeerCertificates().length > 0;
            System.out.println("providers "
                    + Arrays.stream(Security.getProviders())
                            .map(provider -> provider.getName())
                            .toList());
            System.out.println("secured " + secured);
        }

        private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
            boolean moved = false;
            for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
                to.writeInbound(out);
                moved = true;
            }
            from.runPendingTasks();
            to.runPendingTasks();
            return moved;
        }
    }
}
