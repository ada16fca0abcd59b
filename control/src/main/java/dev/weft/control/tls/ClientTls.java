package dev.weft.control.tls;

import dev.weft.daemon.tls.PeerCertificateCheck;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;

/** Creates TLS contexts that show this control plane's SVID and accept servers by a check. The caller releases them. */
@FunctionalInterface
public interface ClientTls {

    /**
     * Returns the context for one connection.
     *
     * @throws IOException if TLS is not available
     */
    SslContext context(PeerCertificateCheck check) throws IOException;
}
