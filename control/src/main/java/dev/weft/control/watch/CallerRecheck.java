package dev.weft.control.watch;

import dev.weft.control.caller.Caller;
import dev.weft.identity.verify.SvidVerifier;
import org.jspecify.annotations.Nullable;

/** Checks whether the caller of an open stream may keep it. Belongs to the stream. */
final class CallerRecheck {

    private final Caller caller;
    private final Admission admission;
    /** The verifier that last verified the caller. */
    private @Nullable SvidVerifier verifiedBy;

    CallerRecheck(Caller caller, Admission admission) {
        this.caller = caller;
        this.admission = admission;
    }

    /** Checks the caller again. Under unchanged trust, the certificate is not verified again until it ends. */
    @SuppressWarnings("ReferenceEquality") // each change of trust creates another verifier
    void check(StreamPhase.Open open, MeshState state) {
        SvidVerifier verifier = admission.verifier();
        if (verifier != verifiedBy || admission.isOver(open.admitted())) {
            admission.authenticateAgain(caller, verifier);
            verifiedBy = verifier;
        }
        Admission.authorize(state, open.admitted(), open.workload());
    }
}
