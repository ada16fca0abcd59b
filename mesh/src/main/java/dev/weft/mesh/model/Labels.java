package dev.weft.mesh.model;

import java.util.Map;

/** Compares the labels of objects. */
public final class Labels {

    private Labels() {}

    /** Whether an object with these labels has all the required labels, with the same values. */
    public static boolean haveAll(Map<String, String> labels, Map<String, String> required) {
        for (Map.Entry<String, String> label : required.entrySet()) {
            if (!label.getValue().equals(labels.get(label.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
