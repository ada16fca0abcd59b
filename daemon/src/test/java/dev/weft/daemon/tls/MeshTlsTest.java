package dev.weft.daemon.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Programs;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Each case has a process of its own: the library reads once in a process whether servers send tickets. */
class MeshTlsTest {
    @Test
    void buildsServersThatSendNoTickets() throws Exception {
        assertThat(run("rules first")).isEqualTo("built");
    }

    @Test
    void refusesServersThatWouldSendTicketsSinceAnotherContextWasMadeFirst() throws Exception {
        assertThat(run("other first"))
                .isEqualTo(
                        "refused: servers of this process would send session tickets: start it with"
                                + " -Djdk.tls.server.enableSessionTicketExtension=false, or make no TLS context before this one");
    }

    @Test
    void refusesServersOfAProviderThatDoesNotTellWhetherItSendsTickets() throws Exception {
        assertThat(run("jdk"))
                .startsWith("refused: servers of this TLS provider may send session tickets: ")
                .endsWith(" (expected: an engine of OpenSSL)");
    }

    private static String run(String order) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Servers.class.getName(),
                        order)
                .redirectErrorStream(true)
                .start();
        return Programs.output(process).lines().reduce("", (before, line) -> line);
    }

    /** Makes a server's context under the mesh's rules, alone or after one of other code. */
    static final class Servers {
        private Servers() {}

        public static void main(String[] arguments) throws Exception {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore empty = KeyStore.getInstance("PKCS12");
            empty.load(null, null);
            keys.init(empty, new char[0]);
            if (arguments[0].equals("other first")) {
                ReferenceCountUtil.release(SslContextBuilder.forServer(keys)
                        .sslProvider(SslProvider.OPENSSL)
                        .build());
            }
            PeerCertificateCheck noOne = new PeerCertificateCheck() {
                @Override
                protected void check(X509Certificate[] chain) throws CertificateException {
                    throw new CertificateException("no one is let in");
                }
            };
            try {
                SslContext context = MeshTls.build(
                        arguments[0].equals("jdk")
                                ? SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK)
                                : MeshTls.apply(SslContextBuilder.forServer(keys), noOne)
                                        .sslProvider(SslProvider.OPENSSL));
                ReferenceCountUtil.release(context);
                System.out.println("built");
            } catch (SSLException refused) {
                System.out.println("refused: " + refused.getMessage());
            }
        }
    }
}
