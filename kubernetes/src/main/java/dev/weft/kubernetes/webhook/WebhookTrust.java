package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.identity.issue.ServerCertificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the certificates of the webhook's HTTPS server. The authorities are in the store, created by the first
 * replica; the leader renews and publishes them. Each replica has its own certificate below them, with a key that stays
 * in its memory. Nothing here depends on the mesh's own issuer, so pods can be created whatever the state of that
 * issuer.
 */
final class WebhookTrust {

    /** The name that API servers check: the name of the webhook's Service. */
    static final String DNS_NAME = "weft-webhook.weft-system.svc";

    /** The folder in the store, and the entry in it. */
    static final String FOLDER = "webhook";

    static final String ENTRY = FOLDER + "/authorities";

    private static final Store.EntryOptions OPTIONS =
            Store.EntryOptions.secret(64 * 1024).optional();
    private static final Logger LOG = LoggerFactory.getLogger(WebhookTrust.class);

    /** The certificate that is used in handshakes, and its authority. */
    private record Shown(X509Certificate leaf, X509Certificate authority) {
        /** From when API servers accept both. */
        Instant begin() {
            Instant ofLeaf = leaf.getNotBefore().toInstant();
            Instant ofAuthority = authority.getNotBefore().toInstant();
            return ofLeaf.isAfter(ofAuthority) ? ofLeaf : ofAuthority;
        }
    }

    /** The place where API servers read which authorities may sign the webhook's certificate. */
    interface Bundle {

        /**
         * Publishes these authorities.
         *
         * @param certificates PEM
         * @return whether they are published now; false if no webhook is configured
         * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses
         */
        boolean publish(String certificates);
    }

    private record Read(Authorities authorities, Version version) {}

    private final Entry entry;
    private final Leadership leadership;
    private final Bundle bundle;
    private final CertificateTimings pace;
    private final Clock clock;
    private final ReplaceableCertificate certificate = new ReplaceableCertificate();
    private volatile @Nullable Shown shown;
    private volatile Optional<Instant> authorityEnd = Optional.empty();

    WebhookTrust(Store store, Leadership leadership, Bundle bundle, CertificateTimings pace, Clock clock) {
        this.entry = store.entry(ENTRY, OPTIONS);
        this.leadership = requireNonNull(leadership, "leadership");
        this.bundle = requireNonNull(bundle, "bundle");
        this.pace = requireNonNull(pace, "pace");
        this.clock = requireNonNull(clock, "clock");
    }

    ReplaceableCertificate certificate() {
        return certificate;
    }

    /** When the authority of the present certificate ends; empty before there is one. */
    Optional<Instant> authorityEnd() {
        return authorityEnd;
    }

    /** Returns why API servers cannot call the webhook of this replica; empty if they can. */
    List<String> problems() {
        Shown now = shown;
        if (now == null) {
            return List.of("the webhook has no certificate yet");
        }
        Instant moment = clock.instant();
        Instant end = now.leaf().getNotAfter().toInstant();
        if (!moment.isBefore(end)) {
            return List.of("the webhook's certificate ended at " + end);
        }
        Instant begin = now.begin();
        return moment.isBefore(begin)
                ? List.of("the webhook's certificate is not valid before " + begin + ", because a clock was set back")
                : List.of();
    }

    /**
     * Checks and updates everything once.
     *
     * @throws IOException if the store cannot be read or written
     * @throws StateException if the stored value cannot be parsed, and this replica does not lead
     */
    synchronized void keep() throws IOException {
        Instant now = clock.instant();
        Read present = present(now);
        if (leadership.leads()) {
            present = written(present, present.authorities().renewed(pace, now));
        }
        show(present.authorities().signing(pace, now), now);
        if (leadership.leads() && bundle.publish(present.authorities().bundle())) {
            var _ = written(present, present.authorities().published(now));
        }
    }

    private Read present(Instant now) throws IOException {
        Optional<Read> read;
        try {
            read = read();
        } catch (StateException | DateTimeException | IllegalArgumentException e) {
            if (!leadership.leads()) {
                throw new StateException(
                        entry.where() + " is damaged (" + e.getMessage() + "): the leading replica creates another", e);
            }
            LOG.atWarn().log("{} is damaged ({}): another authority is made", entry.where(), e.getMessage());
            entry.discard();
            read = Optional.empty();
        }
        if (read.isPresent()) {
            return read.get();
        }
        Authorities first = Authorities.first(pace, now);
        Optional<Version> version = entry.compareAndSet(Version.ABSENT, first.print());
        if (version.isPresent()) {
            LOG.atInfo()
                    .addKeyValue("notAfter", first.all().getFirst().notAfter())
                    .log("the webhook has an authority");
            return new Read(first, version.get());
        }
        return read().orElseThrow(() -> new IOException(entry.where() + " was made and deleted at once"));
    }

    private Optional<Read> read() throws IOException {
        return entry.read().map(found -> new Read(Authorities.parse(found.value()), found.version()));
    }

    /** Writes the next authorities, and returns them, or what another replica has written meanwhile. */
    private Read written(Read present, Authorities next) throws IOException {
        if (next.equals(present.authorities())) {
            return present;
        }
        Optional<Version> version = entry.compareAndSet(present.version(), next.print());
        if (version.isEmpty()) {
            return read().orElse(present);
        }
        if (next.all().size() != present.authorities().all().size()) {
            LOG.atInfo()
                    .addKeyValue("authorities", next.all().size())
                    .addKeyValue("notAfter", next.all().getLast().notAfter())
                    .log("the authorities of the webhook have changed");
        }
        return new Read(next, version.get());
    }

    private void show(Authority authority, Instant now) {
        X509Certificate signer = authority.anchor().certificate();
        Shown before = shown;
        if (before != null && before.authority().equals(signer) && !isDue(before.leaf(), now)) {
            return;
        }
        KeyPair keys = KeyPairs.generateP256();
        X509Certificate leaf =
                ServerCertificates.sign(authority.anchor(), keys.getPublic(), DNS_NAME, pace.leaf(), now);
        certificate.replace(List.of(leaf), keys.getPrivate());
        shown = new Shown(leaf, signer);
        authorityEnd = Optional.of(authority.notAfter());
    }

    /** Whether half of the leaf's life has passed, or it has not begun, because the clock was set back. */
    private static boolean isDue(X509Certificate leaf, Instant now) {
        Instant begin = leaf.getNotBefore().toInstant();
        Instant end = leaf.getNotAfter().toInstant();
        Duration life = Duration.between(begin, end);
        return now.isBefore(begin) || !now.isBefore(end.minus(life.dividedBy(2)));
    }
}
