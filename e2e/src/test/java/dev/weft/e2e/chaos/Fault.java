package dev.weft.e2e.chaos;

import java.util.Optional;

/** What goes wrong, or is changed, while the mesh is under load. */
enum Fault {
    CONTROL_PLANE_KILLED(Part.CONTROL_PLANE, kill(Field::controlPlane)),
    CONTROL_PLANE_FROZEN(Part.CONTROL_PLANE, freeze(Field::controlPlane)),
    SERVERS_SIDECAR_KILLED(Part.WAY, kill(field -> field.sidecar(Field.SERVER))),
    CALLERS_SIDECAR_KILLED(Part.WAY, kill(field -> field.sidecar(Field.CALLER))),
    SERVERS_SIDECAR_FROZEN(Part.WAY, freeze(field -> field.sidecar(Field.SERVER))),
    SERVER_KILLED(Part.WAY, kill(field -> field.application(Field.SERVER))),
    SERVER_CUT_OFF_FROM_CONTROL_PLANE(Part.LINK, lose(Field.SERVER, Field.ALL)),
    CALLER_LOSES_PACKETS_TO_CONTROL_PLANE(Part.LINK, lose(Field.CALLER, Field.MANY)),
    /** What the sidecars and the control plane tell each other comes late. */
    CONTROL_PLANE_FAR_AWAY(
            Part.LINK,
            of(
                    (field, severity) -> field.distance().begin(field.controlPlane(), severity),
                    field -> field.distance().end())),
    CONTROL_PLANES_CLOCK_AHEAD(Part.CLOCK, stepClock(1)),
    CONTROL_PLANES_CLOCK_BEHIND(Part.CLOCK, stepClock(-1)),
    /** A policy denies the guest, and no one else. */
    GUEST_DENIED(Part.POLICY, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.denyGuest();
        }

        @Override
        public void hold(Field field) throws Exception {
            field.traffic().guestIsOut();
        }

        @Override
        public void heal(Field field) throws Exception {
            field.traffic().guestStayedOut();
            field.admitGuest();
        }
    }),
    /** The guest's identity is revoked, and no one else's. */
    GUEST_REVOKED(Part.TRUST, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.revokeGuest();
        }

        @Override
        public void hold(Field field) throws Exception {
            field.traffic().guestIsOut();
        }

        @Override
        public void heal(Field field) throws Exception {
            field.traffic().guestStayedOut();
            field.restoreGuest();
        }
    }),
    /** Anchor and issuer are replaced, which takes a while. */
    TRUST_ROTATED(Part.TRUST, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.beginToRotateTrust();
        }

        @Override
        public void hold(Field field) throws Exception {
            field.trustIsRotated();
        }
    }),
    DISK_FULL(
            Part.DISK,
            of((field, _) -> field.disk().fill(), field -> field.disk().free())),
    DISK_SLOW(Part.DISK, new Damage() {
        @Override
        public Optional<String> missing(Disk disk, ControlClock clock) {
            return disk.cannotBeSlow();
        }

        @Override
        public void strike(Field field, double severity) throws Exception {
            field.disk().slowDown(severity);
        }

        @Override
        public void heal(Field field) throws Exception {
            field.disk().speedUp();
        }
    });

    /** What a fault is of. Two of the same part do not strike together. */
    enum Part {
        CONTROL_PLANE,
        /** A process between the caller and the server, or the server. */
        WAY,
        LINK,
        CLOCK,
        DISK,
        POLICY,
        /** Asked for by a command, which needs a control plane that answers and can write. */
        TRUST;

        /** Whether it is a decision, which must hold whatever else goes wrong, and no damage. */
        boolean isChange() {
            return this == POLICY || this == TRUST;
        }

        /**
         * Whether both may be hit at once. An anchor or a revocation that is made by a wrong clock begins when that says, and is no
         * good to anybody after: that is an operator's mistake, which ends by itself for no clock.
         */
        boolean goesWith(Part other) {
            return this != other
                    && !(isChange() && other.isChange())
                    && !(this == TRUST && other == CLOCK)
                    && !(this == CLOCK && other == TRUST);
        }
    }

    /** What a fault does to a field. */
    private interface Damage {
        /** Begins it; the severity is from 0 to 1. */
        void strike(Field field, double severity) throws Exception;

        /** Waits until it is in force. */
        default void hold(Field field) throws Exception {}

        /** Ends what does not end by itself. */
        default void heal(Field field) throws Exception {}

        /** What this machine lacks for it; empty if nothing. */
        default Optional<String> missing(Disk disk, ControlClock clock) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Strike {
        void at(Field field, double severity) throws Exception;
    }

    @FunctionalInterface
    private interface Heal {
        void in(Field field) throws Exception;
    }

    /** Finds a process of the mesh. */
    @FunctionalInterface
    private interface Victim {
        long in(Field field) throws Exception;
    }

    private final Part part;

    @SuppressWarnings("ImmutableEnumChecker") // none has a field that changes
    private final Damage damage;

    Fault(Part part, Damage damage) {
        this.part = part;
        this.damage = damage;
    }

    Part part() {
        return part;
    }

    /** Whether calls from the caller to the server may fail meanwhile: a process on their way is hit. */
    boolean hitsCalls() {
        return part == Part.WAY;
    }

    /** What this machine lacks for it; empty if nothing. */
    Optional<String> missing(Disk disk, ControlClock clock) {
        return damage.missing(disk, clock);
    }

    /** Begins it; the severity is from 0 to 1. */
    void strike(Field field, double severity) throws Exception {
        damage.strike(field, severity);
    }

    /** Waits until it is in force. */
    void hold(Field field) throws Exception {
        damage.hold(field);
    }

    /** Ends what does not end by itself. */
    void heal(Field field) throws Exception {
        damage.heal(field);
    }

    private static Damage of(Strike strike, Heal heal) {
        return new Damage() {
            @Override
            public void strike(Field field, double severity) throws Exception {
                strike.at(field, severity);
            }

            @Override
            public void heal(Field field) throws Exception {
                heal.in(field);
            }
        };
    }

    private static Damage kill(Victim victim) {
        return of((field, _) -> field.signal("KILL", victim.in(field)), _ -> {});
    }

    private static Damage freeze(Victim victim) {
        return of((field, _) -> field.freeze(victim.in(field)), Field::thaw);
    }

    private static Damage lose(String workload, String which) {
        return of((field, _) -> field.loseToControlPlane(workload, which), field -> field.loseNothing(workload));
    }

    private static Damage stepClock(int direction) {
        return new Damage() {
            @Override
            public Optional<String> missing(Disk disk, ControlClock clock) {
                return clock.cannotStep();
            }

            @Override
            public void strike(Field field, double severity) throws Exception {
                field.clock().step(direction, severity);
            }

            @Override
            public void hold(Field field) throws Exception {
                field.clockIsWrong();
            }

            @Override
            public void heal(Field field) throws Exception {
                field.clock().setRight();
                field.clockIsRight();
            }
        };
    }
}
