//! Quantities, in the form in which the API server gives them back.

use crate::k8s;

/// CPU units as millicores, rounded up.
pub(super) fn cpu(units: i64) -> k8s::Quantity {
    millicores(rounded_up(units))
}

/// CPU units as millicores, rounded with all that come `before` it, so that parts never exceed their whole.
pub(super) fn part_of_cpu(before: i64, units: i64) -> k8s::Quantity {
    millicores(rounded_up(before + units) - rounded_up(before))
}

fn rounded_up(units: i64) -> i64 {
    (units * 1000 + 1023) / 1024
}

/// Memory in MiB.
pub(super) fn memory(mebibytes: i64) -> k8s::Quantity {
    let (mut number, mut unit) = (mebibytes, "Mi");
    for larger in ["Gi", "Ti"] {
        if number % 1024 == 0 {
            (number, unit) = (number / 1024, larger);
        } else {
            break;
        }
    }
    k8s::Quantity(format!("{number}{unit}"))
}

fn millicores(millicores: i64) -> k8s::Quantity {
    k8s::Quantity(match (millicores % 1000, millicores % 1_000_000) {
        _ if millicores == 0 => "0".into(),
        (0, 0) => format!("{}k", millicores / 1_000_000),
        (0, _) => format!("{}", millicores / 1000),
        (_, _) => format!("{millicores}m"),
    })
}

#[cfg(test)]
mod tests {
    use super::{cpu, memory, part_of_cpu};

    #[test]
    fn cpu_units_become_millicores() {
        let cpu = |units| cpu(units).0;
        assert_eq!([cpu(256), cpu(512), cpu(1024), cpu(1536), cpu(4096)], ["250m", "500m", "1", "1500m", "4"]);
        assert_eq!([cpu(1), cpu(100), cpu(1_024_000)], ["1m", "98m", "1k"]);
        let part = |before, units| part_of_cpu(before, units).0;
        assert_eq!([part(0, 0), part(0, 100), part(100, 412), part(41, 1), part(42, 1), part(0, 2048)], ["0", "98m", "402m", "1m", "0", "2"]);
    }

    #[test]
    fn memory_has_the_largest_unit_that_fits() {
        let memory = |mebibytes| memory(mebibytes).0;
        assert_eq!([memory(512), memory(1024), memory(1536), memory(1_048_576)], ["512Mi", "1Gi", "1536Mi", "1Ti"]);
    }
}
