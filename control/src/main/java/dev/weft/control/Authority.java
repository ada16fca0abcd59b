package dev.weft.control;

import dev.weft.control.analyze.TrustContext;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateRecords;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.certify.NativeSignatures;
import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.FirstIssuer;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.jwt.JwtKeys;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.SharedState;
import dev.weft.control.state.StateLocation;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.files.state.StateLock;
import dev.weft.files.state.WriteProbe;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity authority of a control plane: the anchors, the issuer, the keys and the tokens that it vouches with. It
 * needs no knowledge of the mesh's objects.
 *
 * @param lock ensures that no other control plane uses the same state directory
 * @param writable finds out whether that directory can be written
 * @param state the persistent state: anchors, issuer and keys
 * @param issuerDirectory the directory of an issuer that another program maintains; empty if there is none
 * @param trust the trust bundles in force
 * @param issuer signs certificates
 * @param jwtKeys sign JWT-SVIDs
 * @param tokens the join tokens, which admit workloads and machines
 * @param machines the machines outside the mesh that joined with a token
 * @param descents records which certificate was requested with which earlier one
 * @param signatures computes and verifies signatures
 * @param audit records every certificate and token that is issued or refused
 */
record Authority(
        StateLock lock,
        WriteProbe writable,
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

    /** Interval between two checks whether the first state exists. */
    private static final Duration AWAIT_STATE = Duration.ofMillis(300);

    /**
     * Opens the authority over a state directory, which is created if it does not exist.
     *
     * @param shared holds the state that must outlast the directory; empty where the directory itself lasts
     */
    static Authority open(ControlSettings settings, Optional<SharedState> shared, Clock clock, Lifecycle lifecycle)
            throws IOException {
        StateLocation place = new StateLocation(settings.stateDirectory(), shared);
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
        descents.onMoreRevoked(guarded(trust::recompute));
        lifecycle.add(machines.follow(guarded(() -> trust.changeMachines(machines::revokedCertificates))));
        JwtKeys jwtKeys = new JwtKeys(state.store(), trust, state.leadership(), clock);
        LiveIssuer issuer = new LiveIssuer(state, trust, clock);
        trust.signedBy(() -> issuer.issuer().chain());
        JoinTokens tokens = new JoinTokens(state.shared(), clock);
        return new Authority(
                lock,
                new WriteProbe(settings.stateDirectory()),
                state,
                issuerDirectory,
                trust,
                issuer,
                jwtKeys,
                tokens,
                machines,
                descents,
                signatures,
                lifecycle.add(audit(settings.auditLog())));
    }

    private static AuditLog audit(Optional<Path> file) throws IOException {
        return file.isPresent() ? AuditLog.toFile(file.get()) : AuditLog.toLog();
    }

    private static Runnable guarded(Runnable change) {
        return () -> {
            try {
                change.run();
            } catch (UncheckedIOException | StateException e) {
                // The change is tried again within a minute.
                LOG.atWarn().setCause(e).log("changes of trust by other control planes are not in force yet");
            }
        };
    }

    /** Waits until the leader has created the first state; every other replica starts from that state. */
    private static void awaitState(StateLocation place) throws IOException {
        while (!place.leadership().leads()
                && (!ControlState.hasIssuer(place)
                        || ControlState.anchors(place).isEmpty())) {
            LockSupport.parkNanos(AWAIT_STATE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while the leader makes the first state");
            }
        }
    }

    private static void begin(IssuerDirectory directory, StateLocation state, Clock clock) throws IOException {
        try {
            FirstIssuer.begin(directory, state, clock);
        } catch (BadIssuerException e) {
            throw new StateException("there is no issuer to begin with: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the service that issues certificates.
     *
     * @param platform identifies the owner of a workload token; empty where there are no such tokens
     */
    CertificateService certificates(
            ControlSettings settings,
            MeshMembers residents,
            Optional<WorkloadAttestor> platform,
            Metrics metrics,
            Clock clock) {
        return new CertificateService(
                new LeafSigner(settings.trustDomain(), issuer, trust, signatures, settings.leafLifetime(), clock),
                new CertificateRecords(tokens, machines, descents, residents),
                new AttestationStage(platform, AttestationStage.STANDARD, metrics),
                IssuingQueue.ofThisMachine(),
                audit,
                metrics);
    }

    /** Returns the problems of the state and of the audit log: what a restart lacks, and what cannot be written. */
    List<String> problems() {
        return Stream.of(
                        lock.problems().stream(),
                        state.store().problems().stream(),
                        writable.problem().stream(),
                        audit.problem().stream())
                .flatMap(Function.identity())
                .toList();
    }

    /** Returns the service that issues JWT-SVIDs. */
    JwtService jwts(ControlSettings settings, MeshMembers residents, Metrics metrics, Clock clock) {
        return new JwtService(
                settings.trustDomain(),
                jwtKeys,
                trust,
                machines,
                residents,
                audit,
                JwtService.newQueue(),
                clock,
                metrics);
    }

    /** Forgets machines whose certificates have ended, and drops their revocations once these are of no use. */
    void pruneMachines() {
        boolean leads = state.leadership().leads();
        // First, because it also puts revocations into force that could not be before.
        trust.changeMachines(machines::revokedCertificates);
        try {
            if (leads) {
                machines.prune();
            }
        } finally {
            descents.prune(leads);
        }
    }

    /**
     * Returns what is known besides the objects of the mesh: the trusted trust domains and the machines that have
     * joined.
     */
    TrustContext known(TrustDomain own) {
        return new TrustContext(
                own,
                trust.bundles().byTrustDomain().keySet(),
                machines.list().stream()
                        .map(machine -> machine.token().identity())
                        .collect(Collectors.toSet()));
    }
}
