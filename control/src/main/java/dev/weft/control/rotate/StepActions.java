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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs the work of each step. A process that died may have done it before, so doing it twice has the effect of
 * once.
 */
final class StepActions {

    private static final Logger LOG = LoggerFactory.getLogger(StepActions.class);

    private final RotationParts parts;
    private final IssuerInstallation installation;
    private final ExternalIssuer outside;

    StepActions(RotationParts parts, IssuerInstallation installation) {
        this.parts = parts;
        this.installation = installation;
        this.outside = new ExternalIssuer(parts);
    }

    /**
     * Returns the rotation with the issuer that another program made, if its step is to take that issuer into use.
     *
     * @throws IOException while that issuer is not there; the message names what is waited for
     */
    Rotation completed(Rotation rotation) throws IOException {
        boolean awaits = rotation.outside()
                && rotation.step() == Step.ISSUE
                && (rotation.newChain().isEmpty()
                        || !parts.issuer().issuer().chain().equals(rotation.newChain()));
        return awaits ? rotation.withExternalIssuer(outside.next(rotation).chain()) : rotation;
    }

    /**
     * Performs the work of the rotation's present step.
     *
     * @throws IOException if the state directory cannot be written, or the written state cannot be used
     * @throws StateException for the same reasons
     */
    void perform(Rotation rotation) throws IOException {
        switch (rotation.step()) {
            case PREPARE -> {}
            case PUBLISH -> {
                storeFormer(rotation);
                publish(rotation.bothAnchors());
            }
            case ISSUE -> issue(rotation);
            case TAINT -> retire(rotation, Standing.TAINTED, rotation.bothAnchors());
            case REISSUE -> requireSigner(rotation.newChain());
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
            storeFormer(rotation);
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

    /** Keeps the issuer that was in use at the rotation's start for the way back, whatever replaced it since. */
    private void storeFormer(Rotation rotation) throws IOException {
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

    /**
     * Puts the former issuer back if issuer.pem is not under the old anchors: it would keep the new anchor from being
     * withdrawn.
     */
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
            return IssuerChains.anchorOf(parts.state().read().issuer().chain(), anchors)
                    .isPresent();
        } catch (StateException | IllegalArgumentException _) {
            return false;
        }
    }

    private void restore(Rotation rotation) throws IOException {
        parts.state().writeRetired(others(rotation));
        installation.takeOver(former(rotation)
                .orElseThrow(() -> new IOException("the former issuer is gone from "
                        + parts.state().directory().resolve("former"))));
    }

    /**
     * Retires the old issuer and the outgoing anchors with this standing, until none of their certificates can be
     * valid.
     */
    private void retire(Rotation rotation, Standing standing, List<X509Certificate> anchors) throws IOException {
        List<RetiredAuthority> retired = others(rotation);
        retired.add(retired(Kind.ISSUER, standing, rotation.oldChain()));
        rotation.outgoingAnchors().forEach(anchor -> retired.add(retired(Kind.ANCHOR, standing, List.of(anchor))));
        parts.state().writeRetired(retired);
        publish(anchors);
    }

    /** Until its certificate's end: the holder of a compromised key can date certificates ahead as far as that. */
    private static RetiredAuthority retired(Kind kind, Standing standing, List<X509Certificate> chain) {
        return new RetiredAuthority(
                kind, standing, chain, chain.getFirst().getNotAfter().toInstant());
    }

    /** Returns the authorities that are being retired, without those that this rotation retires. */
    private List<RetiredAuthority> others(Rotation rotation) throws IOException {
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        retired.removeIf(
                authority -> authority.certificate().equals(rotation.oldChain().getFirst())
                        || rotation.outgoingAnchors().contains(authority.certificate()));
        return retired;
    }

    /**
     * Removes authorities that were rotated out from the bundle, when everything that they signed has ended. Nothing
     * else may change issuer or anchors at the same time.
     */
    void forgetEnded() {
        Instant now = parts.clock().instant();
        if (parts.issuer().retired().stream().allMatch(authority -> now.isBefore(authority.until()))) {
            return;
        }
        try {
            parts.state()
                    .writeRetired(parts.state().retired().stream()
                            .filter(authority -> now.isBefore(authority.until()))
                            .toList());
            parts.issuer().reloadAtOnce();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("ended authorities stay in retired.json; tried again soon");
        }
    }

    /** Removes an issuer that is under no anchor of the bundle any more from the authorities that are being retired. */
    private void forgetUntrusted(List<X509Certificate> chain, List<X509Certificate> anchors) throws IOException {
        if (chain.isEmpty() || IssuerChains.anchorOf(chain, anchors).isPresent()) {
            return;
        }
        List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
        if (retired.removeIf(authority -> authority.certificate().equals(chain.getFirst()))) {
            parts.state().writeRetired(retired);
        }
    }

    private void requireSigner(List<X509Certificate> chain) throws IOException {
        reload();
        if (!parts.issuer().issuer().chain().equals(chain)) {
            throw new IOException("another issuer is in use than the new one: issuer.pem was replaced by hand");
        }
    }

    private void reload() throws IOException {
        parts.issuer().reloadAtOnce();
        String problem = parts.issuer().problem();
        if (!problem.isEmpty()) {
            throw new IOException(problem);
        }
        if (parts.trust().withheld()) {
            throw new IOException(
                    "this replica became the leader a moment ago, and numbers the trust bundle when it knows"
                            + " everything that the former leader knew");
        }
    }

    /** Returns the rotation's signing request that waits to be signed, in PEM; empty if none does. */
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
        } catch (IOException | StateException _) {
            // Its key cannot be read either: the operator must begin again.
            return "";
        }
    }
}
