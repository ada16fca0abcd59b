package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;

/** What an operator wants of rotations. */
sealed interface RotationGoal {

    /**
     * To have changed over: a rotation is begun, or the one that runs is joined.
     *
     * @param emergency the present keys are compromised
     * @param source of the anchor that signs
     */
    record Change(RotationKind kind, boolean emergency, AnchorSource source) implements RotationGoal {}

    /** To see the end of the one that runs. */
    record Join() implements RotationGoal {}

    /** To be back where the one that runs began. */
    record Back() implements RotationGoal {}
}
