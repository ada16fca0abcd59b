package dev.weft.daemon.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The rules of every TLS context between processes of a mesh: TLS 1.3 only, hybrid post-quantum key exchange preferred, peers
 * trusted by what they prove, no tickets and no resumption, so that each handshake sees the bundles of its moment.
 */
public final class MeshTls {
    /** Netty reads this once for the process, when it makes its first context; it sends tickets by default. */
    private static final String TICKETS = "jdk.tls.server.enableSessionTicketExtension";

    static {
        System.setProperty(TICKETS, "false");
    }

    /** The post-quantum hybrid first, then the classic ones that every TLS 1.3 client has. */
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

    private MeshTls() {}

    /** Puts the rules into force that a builder can have; {@link #build} holds the last one. */
    public static SslContextBuilder apply(SslContextBuilder builder, PeerCertificateCheck peer) {
        return builder.protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, GROUPS)
                .trustManager(peer);
    }

    /**
     * Builds the context. A server's context is held to send no TLS 1.3 session tickets (RFC 8446 section 4.6.1): with a
     * ticket, a peer would come back without its certificate being judged again.
     *
     * @throws SSLException if the context cannot be built, or if its servers would send tickets, because the process made
     *     another context before this class was loaded
     */
    public static SslContext build(SslContextBuilder builder) throws SSLException {
        SslContext context = builder.build();
        if (context.isServer() && sendsTickets(context)) {
            ReferenceCountUtil.release(context);
            throw new SSLException("servers of this process would send session tickets: start it with -D" + TICKETS
                    + "=false, or make no TLS context before this one");
        }
        return context;
    }

    /** Whether servers would send tickets; true for a provider that cannot be asked. */
    private static boolean sendsTickets(SslContext context) {
        SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
        try {
            return !(engine instanceof ReferenceCountedOpenSslEngine openSsl)
                    || (SSL.getOptions(openSsl.sslPointer()) & SSL.SSL_OP_NO_TICKET) == 0;
        } finally {
            ReferenceCountUtil.release(engine);
        }
    }
}
