package dev.weft.control.issuerdir;

import dev.weft.control.state.ControlState;
import dev.weft.control.state.StatePlace;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What a mesh begins with whose issuer is kept in a directory. */
public record FirstIssuer(List<X509Certificate> anchors, Issuer issuer) {

    public FirstIssuer {
        anchors = List.copyOf(anchors);
    }

    /**
     * The issuer of the directory, proven.
     *
     * @param given the anchors that the operator chose; none for those that are in the directory
     * @throws BadIssuerException if there is no anchor, or the issuer does not work
     */
    public static FirstIssuer of(IssuerDirectory directory, List<X509Certificate> given, Instant now)
            throws BadIssuerException {
        IssuerDirectory.Content content = directory.read();
        List<X509Certificate> anchors = given.isEmpty() ? content.anchors() : given;
        if (anchors.isEmpty()) {
            throw new BadIssuerException(
                    BadIssuerException.ANCHOR,
                    directory.path().resolve(SecretFiles.AUTHORITY),
                    "is not there, and tls.crt ends with no self-signed certificate (expected: the anchor in ca.crt, or"
                            + " given beside the directory)");
        }
        TrustBundles bundles = TrustBundles.of(TrustBundle.of(directory.trustDomain(), anchors));
        return new FirstIssuer(anchors, directory.prove(content, bundles, now));
    }

    /**
     * Has state that has no issuer yet begin with the directory's, under the anchors of the state if there are some
     * already. Does nothing where there is an issuer.
     *
     * @throws BadIssuerException if the directory cannot be used
     */
    public static void begin(IssuerDirectory directory, StatePlace state, Clock clock)
            throws IOException, BadIssuerException {
        if (ControlState.hasIssuer(state)) {
            return;
        }
        FirstIssuer first = of(directory, ControlState.anchors(state), clock.instant());
        ControlState.begin(state, first.anchors(), first.issuer(), clock);
    }
}
