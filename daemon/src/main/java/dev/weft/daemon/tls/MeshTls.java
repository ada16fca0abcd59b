package dev.weft.daemon.tls;

import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;

/**
 * The rules of every TLS context between processes of a mesh: TLS 1.3 only, hybrid post-quantum key exchange preferred, peers
 * trusted by what they prove, no tickets and no resumption, so that each handshake sees the bundles of its moment.
 */
public final class MeshTls {
    static {
        sendNoTickets();
    }

    /** The post-quantum hybrid first, then the classic ones that every TLS 1.3 client has. */
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

    private MeshTls() {}

    /**
     * Has servers send no TLS 1.3 session tickets: by one, a peer would come back without its certificate being judged
     * again. The TLS provider reads this when the process makes its first context, and sends them otherwise.
     */
    public static void sendNoTickets() {
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
    }

    /** Puts the rules into force. */
    public static SslContextBuilder apply(SslContextBuilder builder, PeerCertificateCheck peer) {
        return builder.protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, GROUPS)
                .trustManager(peer);
    }
}
