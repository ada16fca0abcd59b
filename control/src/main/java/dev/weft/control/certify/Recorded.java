package dev.weft.control.certify;

/**
 * The result of recording a descent.
 *
 * @param mark the argument of {@link Descents#awaitStored} if the descent was recorded
 */
record Recorded(Descents.Entry entry, long mark) {
    static Recorded not(Descents.Entry entry) {
        return new Recorded(entry, 0);
    }
}
