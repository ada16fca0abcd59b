package dev.weft.daemon.text;

import java.util.List;

/** Lists names, labels or ports in a text that does not grow with the mesh. */
public final class ShortList {

    private static final int MOST = 20;

    private ShortList() {}

    /** Joins the first names and the number of the rest. */
    public static String of(List<String> all) {
        int more = all.size() - MOST;
        return String.join(", ", all.subList(0, Math.min(all.size(), MOST)))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
