package dev.weft.control.rotate;

import dev.weft.api.v1.RotationStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of rotations; the operators' protocol describes what each does and waits for. */
enum Step {
    PREPARE(RotationStep.ROTATION_STEP_PREPARE),
    PUBLISH(RotationStep.ROTATION_STEP_PUBLISH),
    ISSUE(RotationStep.ROTATION_STEP_ISSUE),
    TAINT(RotationStep.ROTATION_STEP_TAINT),
    REISSUE(RotationStep.ROTATION_STEP_REISSUE),
    RETIRE(RotationStep.ROTATION_STEP_RETIRE),
    DONE(RotationStep.ROTATION_STEP_DONE),
    REISSUE_OLD(RotationStep.ROTATION_STEP_REISSUE_OLD),
    WITHDRAW(RotationStep.ROTATION_STEP_WITHDRAW),
    ROLLED_BACK(RotationStep.ROTATION_STEP_ROLLED_BACK);

    private final RotationStep wire;

    Step(RotationStep wire) {
        this.wire = wire;
    }

    RotationStep wire() {
        return wire;
    }

    boolean isLast() {
        return this == DONE || this == ROLLED_BACK;
    }

    boolean isWayBack() {
        return compareTo(DONE) > 0;
    }

    /**
     * Returns the steps of a rotation in their order.
     *
     * @param outside whether somebody else makes the new issuer, so that there is nothing to prepare
     * @param turnedAt the step in which it was rolled back
     */
    static List<Step> plan(Rotation.Kind kind, boolean emergency, boolean outside, Optional<Step> turnedAt) {
        boolean anchor = kind == Rotation.Kind.ANCHOR;
        List<Step> plan = new ArrayList<>(outside ? List.of(PUBLISH, ISSUE) : List.of(PREPARE, PUBLISH, ISSUE));
        if (emergency) {
            plan.add(TAINT);
        }
        plan.add(REISSUE);
        // An issuer that is not compromised needs no retiring: its anchor stays, and nothing that it signed is left.
        if (anchor || emergency) {
            plan.add(RETIRE);
        }
        plan.add(DONE);
        if (turnedAt.isEmpty()) {
            return plan;
        }
        List<Step> back = new ArrayList<>(plan.subList(0, plan.indexOf(turnedAt.get()) + 1));
        if (turnedAt.get().compareTo(ISSUE) >= 0) {
            back.add(REISSUE_OLD);
        }
        if (anchor && turnedAt.get().compareTo(PUBLISH) >= 0) {
            back.add(WITHDRAW);
        }
        back.add(ROLLED_BACK);
        return back;
    }
}
