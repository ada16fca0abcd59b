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
 * The rules for every TLS context between processes of a mesh: TLS 1.3 only; hybrid post-quantum key exchange
 * preferred; a peer is trusted for what its certificate proves; no tickets and no resumption, so that each handshake
 * uses the present bundles.
 */
public final class MeshTls {
    /** Netty reads this property once in a process, when it creates its first context. By default it sends tickets. */
    private static final String TICKETS = "jdk.tls.server.enableSessionTicketExtension";

    static {
        System.setProperty(TICKETS, "false");
    }

    /** The post-quantum hybrid first, then the classic groups that every TLS 1.3 client supports. */
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

    private MeshTls() {}

    /** Applies the rules that can be set on a builder; {@link #build} checks the rest. */
    public static SslContextBuilder apply(SslContextBuilder builder, PeerCertificateCheck peer) {
        return builder.protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, GROUPS)
                .trustManager(peer);
    }

    /**
     * Builds the context. A server's context must not send TLS 1.3 session tickets (RFC 8446 section 4.6.1): with a
     * ticket, a peer could return without a new check of its certificate.
     *
     * @throws SSLException if the context cannot be built; if its servers would send tickets, because the process
     *     created another context before this class was loaded; or if its provider is not OpenSSL, so that nobody
     *     knows whether they would
     */
    public static SslContext build(SslContextBuilder builder) throws SSLException {
        SslContext context = builder.build();
        try {
            if (context.isServer()) {
                checkTickets(context);
            }
            return context;
        } catch (SSLException | RuntimeException e) {
            ReferenceCountUtil.release(context);
            throw e;
        }
    }

    private static void checkTickets(SslContext context) throws SSLException {
        SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
        try {
            if (!(engine instanceof ReferenceCountedOpenSslEngine openSsl)) {
                throw new SSLException("servers of this TLS provider may send session tickets: "
                        + engine.getClass().getSimpleName() + " (expected: an engine of OpenSSL)");
            }
            if ((SSL.getOptions(openSsl.sslPointer()) & SSL.SSL_OP_NO_TICKET) == 0) {
                throw new SSLException("servers of this process would send session tickets: start it with -D" + TICKETS
                        + "=false, or make no TLS context before this one");
            }
        } finally {
            ReferenceCountUtil.release(engine);
        }
    }
}
