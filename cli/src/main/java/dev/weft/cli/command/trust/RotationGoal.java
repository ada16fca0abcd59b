package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;

/** What an operator wants to achieve with a rotation. */
sealed interface RotationGoal {

    /**
     * To change over: begins a rotation, or joins the running one.
     *
     * @param emergency whether the present keys are compromised
     */
    record Change(RotationKind kind, boolean emergency, AnchorSource source) implements RotationGoal {}

    /** To follow the running rotation to its end. */
    record Join() implements RotationGoal {}

    record RollBack() implements RotationGoal {}
}
