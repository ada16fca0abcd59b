package dev.weft.control.rotate;

import dev.weft.control.state.PendingIssuers;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.identity.issue.Issuer;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each step makes true. All of it may have been done before, by a process that died then: done twice is done once. */
final class StepActions {

    private static final Logger LOG = LoggerFactory.getLogger(StepActions.class);

    private final TrustParts parts;
    private final IssuerInstallation installation;
    private final OutsideIssuer outside;

    StepActions(TrustParts parts, IssuerInstallation installation) {
        this.parts = parts;
        this.installation = installation;
        this.outside = new OutsideIssuer(parts);
    }

    /**
     * The rotation with the issuer that somebody else makes, where its step is to take that into use.
     *
     * @throws IOException while that issuer is not there; it says what is waited for
     */
    Rotation completed(Rotation rotation) throws IOException {
        boolean awaits = rotation.outside()
                && rotation.step() == Step.ISSUE
                && (rotation.newChain().isEmpty()
                        || !parts.issuer().issuer().chain().equals(rotation.newChain()));
        return awaits ? rotation.withOutsideIssuer(outside.next(rotation).chain()) : rotation;
    }

    /**
     * Makes the rotation's present step true.
     *
     * @throws IOException if the state directory cannot be written, or what was written cannot be used
     * @throws StateException as well
     */
    void perform(Rotation rotation) throws IOException {
        switch (rotation.step()) {
            case PREPARE -> {}
            case PUBLISH -> {
                keepFormer(rotation);
                publish(rotation.bothAnchors());
            }
            case ISSUE -> issue(rotation);
            case TAINT -> retire(rotation, Standing.TAINTED, rotation.bothAnchors());
            case REISSUE -> mustSign(rotation.newChain());
            case RETIRE -> {
                if (rotation.emergency()) {
                    retire(rotation, Standing.REVOKED, rotation.lastAnchors());
                } else {
                    forgetUntrusted(rotation.oldChain(), rotation.lastAnchors());
                    publish(rotation.lastAnchors());
                }
            }
            case REISSUE_OLD -> restore(rotation);
            case WITHDRAW -> {
                forgetUntrusted(rotation.newChain(), rotation.oldAnchors());
                putBack(rotation);
                publish(rotation.oldAnchors());
            }
            case DONE, ROLLED_BACK -> {
                parts.state().pending().forget(rotation.newKey());
                parts.state().former().forget();
            }
        }
    }

    private void publish(List<X509Certificate> anchors) throws IOException {
        parts.state().writeAnchors(anchors);
        reload();
    }

    private void issue(Rotation rotation) throws IOException {
        Issuer present = parts.issuer().issuer();
        if (!present.chain().equals(rotation.newChain())) {
            keepFormer(rotation);
            installation.takeOver(rotation.outside() ? awaited(rotation) : prepared(rotation));
        }
    }

    private Issuer awaited(Rotation rotation) throws IOException {
        Issuer next = outside.next(rotation);
        if (!next.chain().equals(rotation.newChain())) {
            throw new IOException("the issuer's directory has another pair than a moment ago; it is read again");
        }
        return next;
    }

    private Issuer prepared(Rotation rotation) throws IOException {
        PrivateKey key = parts.state()
                .pending()
                .key(rotation.newKey())
                .orElseThrow(() -> new IOException("the new issuer's key is gone from "
                        + parts.state().pending().where() + ": roll back, and begin again"));
        return Issuer.load(parts.state().trustDomain(), rotation.newChain(), key);
    }

    /** The way back leads to the issuer that was in use when the rotation began, whatever was put in its place since. */
    private void keepFormer(Rotation rotation) throws IOException {
        Issuer present = parts.issuer().issuer();
        if (present.chain().equals(rotation.oldChain())) {
            parts.state().former().keep(present);
        }
    }

    private Optional<Issuer> former(Rotation rotation) throws IOException {
        Issuer present = parts.issuer().issuer();
        return present.chain().equals(rotation.oldChain())
                ? Optional.of(present)
                : parts.state().former().load();
    }

    /** The files of an issuer that the old anchors do not stand above would keep the new one from being withdrawn. */
    private void putBack(Rotation rotation) throws IOException {
        if (!filesAreUnder(rotation.oldAnchors())) {
            Optional<Issuer> former = former(rotation);
            if (former.isPresent()) {
                LOG.atWarn().log("issuer.pem was replaced by hand; the issuer before the rotation is put back");
                parts.state().install(former.get());
            }
        }
    }

    private boolean filesAreUnder(List<X509Certificate> anchors) throws IOException {
        try {
            return Chains.anchorOf(parts.state().read().issuer().chain(), anchors)
                    .isPresent();
        } catch (StateException | IllegalArgumentException _) {
            return false;
        }
    }

    private void restore(Rotation rotation) throws IOException {
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        retired.removeIf(authority -> of(authority, rotation));
        parts.state().writeRetired(retired);
        installation.takeOver(former(rotation)
                .orElseThrow(() -> new IOException("the former issuer is gone from "
                        + parts.state().directory().resolve("former"))));
    }

    /** The old issuer and the anchors that go with it have this standing, until none of their certificates can be valid. */
    private void retire(Rotation rotation, Standing standing, List<X509Certificate> anchors) throws IOException {
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        retired.removeIf(authority -> of(authority, rotation));
        retired.add(retired(Kind.ISSUER, standing, rotation.oldChain()));
        rotation.outgoingAnchors().forEach(anchor -> retired.add(retired(Kind.ANCHOR, standing, List.of(anchor))));
        parts.state().writeRetired(retired);
        publish(anchors);
    }

    /** The holder of a compromised key can date certificates as far ahead as the issuer's own end. */
    private static RetiredAuthority retired(Kind kind, Standing standing, List<X509Certificate> chain) {
        return new RetiredAuthority(
                kind, standing, chain, chain.getFirst().getNotAfter().toInstant());
    }

    private static boolean of(RetiredAuthority authority, Rotation rotation) {
        X509Certificate own = authority.certificate();
        return own.equals(rotation.oldChain().getFirst())
                || rotation.outgoingAnchors().contains(own);
    }

    /** An issuer that is no longer under an anchor of the bundle is not on its way out, but gone. */
    private void forgetUntrusted(List<X509Certificate> chain, List<X509Certificate> anchors) throws IOException {
        if (chain.isEmpty() || Chains.anchorOf(chain, anchors).isPresent()) {
            return;
        }
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        if (retired.removeIf(authority -> authority.certificate().equals(chain.getFirst()))) {
            parts.state().writeRetired(retired);
        }
    }

    private void mustSign(List<X509Certificate> chain) throws IOException {
        reload();
        if (!parts.issuer().issuer().chain().equals(chain)) {
            throw new IOException("another issuer is in use than the new one: issuer.pem was replaced by hand");
        }
    }

    private void reload() throws IOException {
        parts.issuer().reloadAtOnce();
        Optional<String> problem = Optional.of(parts.issuer().problem()).filter(text -> !text.isEmpty());
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        if (parts.trust().withheld()) {
            throw new IOException(
                    "this replica leads since a moment ago, and counts the trust bundle when it has heard of"
                            + " all that the leader before it knew");
        }
    }

    /** The request of the rotation that waits to be signed, in PEM; empty when none does. */
    String request(Rotation rotation) {
        if (rotation.step() != Step.PREPARE) {
            return "";
        }
        try {
            return parts.state()
                    .pending()
                    .request(rotation.newKey())
                    .map(PendingIssuers.Request::csrPem)
                    .orElse("");
        } catch (IOException _) {
            // Nor can its key be read then: the operator begins again.
            return "";
        }
    }
}
