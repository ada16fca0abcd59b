package dev.weft.control.issuerdir;

import dev.weft.control.state.ControlState;
import dev.weft.control.state.StateLocation;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** The first issuer of a mesh and its anchors, from an issuer directory. */
public record FirstIssuer(List<X509Certificate> anchors, Issuer issuer) {

    public FirstIssuer {
        anchors = List.copyOf(anchors);
    }

    /**
     * Returns the directory's issuer after proving that it works.
     *
     * @param given the anchors that the operator chose; empty: the anchors in the directory
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
     * Initialises state without an issuer with the issuer of the directory, under the state's own anchors if it has
     * some. Does nothing if the state has an issuer.
     *
     * @throws BadIssuerException if the directory cannot be used
     */
    public static void begin(IssuerDirectory directory, StateLocation state, Clock clock)
            throws IOException, BadIssuerException {
        if (ControlState.hasIssuer(state)) {
            return;
        }
        FirstIssuer first = of(directory, ControlState.anchors(state), clock.instant());
        ControlState.begin(state, first.anchors(), first.issuer(), clock);
    }
}
