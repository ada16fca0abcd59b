package dev.weft.cli.check;

import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;

/** Names the steps of a rotation in words. */
public final class RotationSteps {

    private RotationSteps() {}

    /** Returns what happens in a step of this rotation, for example {@code "revoke the old keys"}. */
    public static String words(RotationStatus rotation, RotationStep step) {
        boolean anchor = rotation.getKind() != RotationKind.ROTATION_KIND_ISSUER;
        return switch (step) {
            case ROTATION_STEP_PUBLISH -> anchor ? words(step) : "see that every sidecar holds the anchor";
            case ROTATION_STEP_RETIRE -> rotation.getEmergency() ? "revoke the old keys" : words(step);
            default -> words(step);
        };
    }

    /** Returns what happens in a step, for example {@code "publish the new anchor"}. */
    public static String words(RotationStep step) {
        return switch (step) {
            case ROTATION_STEP_PREPARE -> "sign the new issuer";
            case ROTATION_STEP_PUBLISH -> "publish the new anchor";
            case ROTATION_STEP_ISSUE -> "take the new issuer into use";
            case ROTATION_STEP_TAINT -> "taint the old keys";
            case ROTATION_STEP_REISSUE -> "renew every certificate";
            case ROTATION_STEP_RETIRE -> "retire the old anchor";
            case ROTATION_STEP_DONE -> "done";
            case ROTATION_STEP_REISSUE_OLD -> "renew every certificate under the old issuer";
            case ROTATION_STEP_WITHDRAW -> "withdraw the new anchor";
            case ROTATION_STEP_ROLLED_BACK -> "rolled back";
            case ROTATION_STEP_UNSPECIFIED, UNRECOGNIZED -> "a step of a newer version";
        };
    }
}
