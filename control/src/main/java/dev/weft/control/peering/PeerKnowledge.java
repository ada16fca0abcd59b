package dev.weft.control.peering;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.PeeringTrust;
import dev.weft.control.directory.Directory;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one other trust domain: all that its control planes reported, and the accepted part of it. One
 * thread writes, any thread may read. It remains known while no control plane is reached.
 */
final class PeerKnowledge {

    private static final Logger LOG = LoggerFactory.getLogger(PeerKnowledge.class);

    /** The accepted exports of the trust domain, and the directory made from them. */
    private record Known(Import content, Directory directory) {}

    /** The trust domain's last report about trust. */
    private record HeldAnchors(Set<SpkiFingerprint> anchors, String behind) {}

    private final TrustDomain peer;
    private final Discovery discovery;
    private volatile @Nullable Known known;
    private volatile @Nullable HeldAnchors held;
    /** All exports of the peer, accepted or not: its next step starts from these. */
    private Exports received = Exports.NONE; // owned by the thread that learns, and by the constructor

    /** @param kept exports stored at an earlier time; empty if there are none */
    PeerKnowledge(TrustDomain peer, Discovery discovery, Optional<Exports> kept) {
        this.peer = peer;
        this.discovery = discovery;
        kept.ifPresent(exports -> {
            received = exports;
            accept(exports);
        });
    }

    Exports received() {
        return received;
    }

    /** Takes a complete version of the exports; returns whether it differs from the one before. */
    boolean receive(Exports now) {
        boolean same = now.version().equals(received.version());
        received = now;
        if (!same || known == null) {
            accept(now);
        }
        return !same;
    }

    /**
     * Notes that the received messages are inconsistent: the peer must send everything next time. The accepted exports
     * stay.
     */
    void forgetReceived() {
        received = Exports.NONE;
    }

    private void accept(Exports now) {
        Import content = Import.of(now, peer, discovery.ranges());
        Known before = known;
        known = new Known(content, content.directory());
        if (content.refused() > 0
                && (before == null || !before.content().reason().equals(content.reason()))) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("refused", content.refused())
                    .log("{}: not accepted: {}", PeerClient.UNUSABLE, content.reason());
        }
    }

    /**
     * Takes the peer's report about trust.
     *
     * @throws ExportSteps.InvalidStepException if no correct control plane would send it
     */
    void receiveTrust(PeeringTrust report) throws ExportSteps.InvalidStepException {
        if (report.getHeldAnchorsCount() > TrustBundle.MAX_ANCHORS) {
            throw new ExportSteps.InvalidStepException("%d anchors of one trust domain (expected: at most %d)"
                    .formatted(report.getHeldAnchorsCount(), TrustBundle.MAX_ANCHORS));
        }
        Set<SpkiFingerprint> anchors = new HashSet<>();
        for (ByteString anchor : report.getHeldAnchorsList()) {
            try {
                anchors.add(SpkiFingerprint.ofSha256(anchor.toByteArray()));
            } catch (IllegalArgumentException _) {
                throw new ExportSteps.InvalidStepException(
                        "a key of %d bytes (expected: a SHA-256)".formatted(anchor.size()));
            }
        }
        String behind = report.getBehind() == 0
                ? ""
                : Integer.toUnsignedString(report.getBehind())
                        + " of its sidecars have not acknowledged its bundle, among them "
                        + PeerText.quote(report.getBehindFirst());
        held = new HeldAnchors(anchors, behind);
    }

    /** @param silence why the peer cannot be asked now; empty while it can */
    LinkedDomain linked(String silence) {
        HeldAnchors now = held;
        return now == null
                ? new LinkedDomain(
                        peer,
                        Set.of(),
                        "",
                        silence.isEmpty() ? "its control plane has not reported yet which anchors it holds" : silence)
                : new LinkedDomain(peer, now.anchors(), now.behind(), silence);
    }

    /** Returns the directory of the trust domain's addresses; empty while nothing is known. */
    Optional<Directory> directory() {
        return Optional.ofNullable(known).map(Known::directory);
    }

    /** Returns the accepted exports, which may be stored. */
    Optional<Exports> accepted() {
        return content().map(Import::accepted);
    }

    Optional<Import> content() {
        return Optional.ofNullable(known).map(Known::content);
    }
}
