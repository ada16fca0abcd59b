package dev.weft.control.rotate;

import dev.weft.control.state.PendingIssuer;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.control.state.StateException;
import dev.weft.identity.issue.Issuer;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What each step makes true. All of it may have been done before, by a process that died then: done twice is done once. */
final class StepActions {

    private final TrustParts parts;
    private final IssuerInstallation installation;

    StepActions(TrustParts parts, IssuerInstallation installation) {
        this.parts = parts;
        this.installation = installation;
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
            case PUBLISH -> publish(rotation.bothAnchors());
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
                publish(rotation.oldAnchors());
            }
            case DONE, ROLLED_BACK -> {
                parts.state().pending().forget();
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
            parts.state().former().keep(present);
            PrivateKey key = parts.state()
                    .pending()
                    .key()
                    .orElseThrow(() -> new IOException("the new issuer's key is gone from "
                            + parts.state().directory().resolve("pending") + ": roll back, and begin anew"));
            installation.takeOver(Issuer.load(parts.state().trustDomain(), rotation.newChain(), key));
        }
    }

    private void restore(Rotation rotation) throws IOException {
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        retired.removeIf(authority -> of(authority, rotation));
        parts.state().writeRetired(retired);
        if (parts.issuer().issuer().chain().equals(rotation.oldChain())) {
            reload();
            return;
        }
        Issuer former = parts.state()
                .former()
                .load()
                .orElseThrow(() -> new IOException("the former issuer is gone from "
                        + parts.state().directory().resolve("former")));
        installation.takeOver(former);
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

    /** Whoever has a compromised key dates certificates as far ahead as its own end. */
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
    }

    /** The request of the rotation that waits to be signed, in PEM; empty when none does. */
    String request(Rotation rotation) {
        if (rotation.step() != Step.PREPARE) {
            return "";
        }
        try {
            return parts.state()
                    .pending()
                    .request()
                    .map(PendingIssuer.Request::csrPem)
                    .orElse("");
        } catch (IOException _) {
            // Nor can its key be read then: the operator begins anew.
            return "";
        }
    }
}
