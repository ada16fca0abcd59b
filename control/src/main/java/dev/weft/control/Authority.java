package dev.weft.control;

import dev.weft.control.analyze.Known;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.Accounts;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.NativeSignatures;
import dev.weft.control.certify.Residents;
import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.FirstIssuer;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.jwt.JwtKeys;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.SharedState;
import dev.weft.control.state.StatePlace;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.files.state.StateLock;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a control plane vouches by and for whom: all that it has before it knows of any mesh.
 *
 * @param lock that no other control plane has the same state
 * @param state what lasts of it
 * @param issuerDirectory the issuer that somebody else keeps
 * @param trust what is trusted
 * @param issuer signs certificates
 * @param jwtKeys sign JWT-SVIDs
 * @param tokens let workloads and machines in
 * @param machines that came in so from outside
 * @param descents which certificate came of which
 * @param signatures computes what is signed and verified
 * @param audit of all that is vouched for
 */
record Authority(
        StateLock lock,
        ControlState state,
        Optional<IssuerDirectory> issuerDirectory,
        TrustSource trust,
        LiveIssuer issuer,
        JwtKeys jwtKeys,
        JoinTokens tokens,
        Machines machines,
        Descents descents,
        SignatureProvider signatures,
        AuditLog audit) {

    private static final Logger LOG = LoggerFactory.getLogger(Authority.class);

    /** Whether there is state by now is looked at this often. */
    private static final Duration AWAIT_STATE = Duration.ofMillis(300);

    /**
     * That of a state directory, which is made when it is not there.
     *
     * @param shared holds what must outlast the directory; empty where the directory lasts
     */
    static Authority open(ControlSettings settings, Optional<SharedState> shared, Clock clock, Lifecycle lifecycle)
            throws IOException {
        StatePlace place = new StatePlace(settings.stateDirectory(), shared);
        StateLock lock = lifecycle.add(StateLock.take(settings.stateDirectory()));
        Optional<IssuerDirectory> issuerDirectory =
                settings.issuerDirectory().map(path -> new IssuerDirectory(path, settings.trustDomain()));
        awaitState(place);
        Optional<IssuerDirectory> first = issuerDirectory.or(
                () -> settings.firstIssuer().map(path -> new IssuerDirectory(path, settings.trustDomain())));
        if (first.isPresent()) {
            begin(first.get(), place, clock);
        }
        ControlState state = ControlState.initialise(place, settings.trustDomain(), clock);
        SignatureProvider signatures = NativeSignatures.choose();
        TrustSource trust = new TrustSource(settings.trustDomain(), state.store(), signatures, state.leadership());
        Machines machines = new Machines(state.shared(), clock);
        Descents descents = lifecycle.add(
                state.isShared() ? new Descents(state.shared(), clock) : new Descents(state.descents(), clock));
        trust.descendBy(descents::revoke);
        trust.begin(machines.revokedCertificates());
        descents.onMoreRevoked(guarded(trust::lookAgain));
        lifecycle.add(machines.follow(guarded(() -> trust.changeMachines(machines::revokedCertificates))));
        JwtKeys jwtKeys = new JwtKeys(state.store(), trust, state.leadership(), clock);
        LiveIssuer issuer = new LiveIssuer(state, trust, clock);
        trust.signedBy(() -> issuer.issuer().chain());
        JoinTokens tokens = new JoinTokens(state.shared(), clock);
        AuditLog audit = lifecycle.add(
                settings.auditLog().isPresent()
                        ? AuditLog.toFile(settings.auditLog().get())
                        : AuditLog.toLog());
        return new Authority(
                lock, state, issuerDirectory, trust, issuer, jwtKeys, tokens, machines, descents, signatures, audit);
    }

    private static Runnable guarded(Runnable change) {
        return () -> {
            try {
                change.run();
            } catch (UncheckedIOException | StateException e) {
                // It is looked at again within a minute.
                LOG.atWarn().setCause(e).log("what other control planes wrote of trust is not in force yet");
            }
        };
    }

    /** The first state of all is the leader's to make; the others begin with it. */
    private static void awaitState(StatePlace place) throws IOException {
        while (!place.leadership().leads()
                && (!ControlState.hasIssuer(place)
                        || ControlState.anchors(place).isEmpty())) {
            LockSupport.parkNanos(AWAIT_STATE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while the leader makes the first state");
            }
        }
    }

    private static void begin(IssuerDirectory directory, StatePlace state, Clock clock) throws IOException {
        try {
            FirstIssuer.begin(directory, state, clock);
        } catch (BadIssuerException e) {
            throw new StateException("there is no issuer to begin with: " + e.getMessage(), e);
        }
    }

    /**
     * Issues certificates.
     *
     * @param platform says whose workload tokens are; empty where there are none
     */
    CertificateService certificates(
            ControlSettings settings,
            Residents residents,
            Optional<WorkloadAttestor> platform,
            Metrics metrics,
            Clock clock) {
        return new CertificateService(
                new LeafSigner(settings.trustDomain(), issuer, trust, signatures, settings.leafLifetime(), clock),
                new Accounts(tokens, machines, descents, residents),
                new AttestationStage(platform, AttestationStage.STANDARD, metrics),
                IssuingQueue.ofThisMachine(),
                audit,
                metrics);
    }

    /** Issues JWT-SVIDs. */
    JwtService jwts(ControlSettings settings, Residents residents, Metrics metrics, Clock clock) {
        return new JwtService(settings.trustDomain(), jwtKeys, trust, machines, residents, audit, clock, metrics);
    }

    /** Forgets machines whose certificates have ended, and revokes no more of theirs than is of use. */
    void pruneMachines() {
        if (state.leadership().leads()) {
            machines.prune();
        }
        descents.prune(state.leadership().leads());
        trust.changeMachines(machines::revokedCertificates);
    }

    /** What is known beside the objects of the mesh: whom it trusts, and which machines have joined. */
    Known known(TrustDomain own) {
        return new Known(
                own,
                trust.bundles().byTrustDomain().keySet(),
                machines.list().stream()
                        .map(machine -> machine.token().identity())
                        .collect(Collectors.toSet()));
    }
}
